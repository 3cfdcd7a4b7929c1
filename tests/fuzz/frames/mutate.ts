import type { SeededRandom } from '@parley/testkit';
import type { FrameContext, Fields } from './valid-command.ts';
import { anyValue, key, pick, RawJson, EDGE_CASE_TEXTS } from './values.ts';

/** A command with one to three changes, which may leave it valid. */
export function nearlyValid(fields: Fields, context: FrameContext): Fields {
  let changed = fields;
  for (let times = 1 + context.random.below(3); times > 0; times -= 1) changed = mutate(changed, context);
  return changed;
}

/** A valid command with an unknown field. It must be refused. */
export function withUnknownField(fields: Fields, { random }: FrameContext): Fields {
  const name = pick(random, [
    '__proto__',
    'constructor',
    'toString',
    'then',
    'by',
    'seq2',
    'REF',
    ' type',
    'type ',
    '',
  ]);
  return insert(fields, random, [name, anyValue(random)]);
}

/** The fields as JSON text, with duplicate keys. */
export function textOf(fields: Fields): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value)}`).join(',')}}`;
}

function jsonOf(value: unknown): string {
  return value instanceof RawJson ? value.text : JSON.stringify(value);
}

type Mutation = (fields: Fields, at: number, context: FrameContext) => Fields;

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  // A field that is missing, duplicate or renamed.
  (fields, at) => fields.filter((_, index) => index !== at),
  (fields, at, { random }) => insert(fields, random, [fields[at]?.[0] ?? 'type', anyValue(random)]),
  (fields, at, { random }) => replace(fields, at, [rename(random, fields[at]?.[0] ?? 'x'), fields[at]?.[1]]),
  (fields, _, { random }) => insert(fields, random, [key(random), anyValue(random)]),
  // Any value.
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', anyValue(random)]),
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', anyValue(random)]),
  // A value that is valid in another field.
  (fields, at, context) => replace(fields, at, [fields[at]?.[0] ?? 'x', someId(context)]),
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', fields[random.below(fields.length)]?.[1]]),
  (fields, _, { random }) => fields.map((field) => (field[0] === 'type' ? ['type', someType(random)] : field)),
  // A value close to the valid one.
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', nudge(fields[at]?.[1], random)]),
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', nudge(fields[at]?.[1], random)]),
];

function mutate(fields: Fields, context: FrameContext): Fields {
  const { random } = context;
  return pick(random, MUTATIONS)(fields, random.below(Math.max(fields.length, 1)), context);
}

function insert(fields: Fields, random: SeededRandom, field: Fields[number]): Fields {
  return fields.toSpliced(random.below(fields.length + 1), 0, field);
}

function replace(fields: Fields, at: number, field: Fields[number]): Fields {
  return fields.length === 0 ? [field] : fields.with(at, field[1] === undefined ? [field[0], null] : field);
}

function rename(random: SeededRandom, name: string): string {
  return pick(random, [
    name.toUpperCase(),
    `${name}s`,
    ` ${name}`,
    `${name}\0`,
    '__proto__',
    'constructor',
    '',
    'type',
    'ref',
  ]);
}

function someId({ random, known }: FrameContext): string {
  const lists = [known.own, known.foreign, known.users, known.untouchable, known.messages, known.foreignMessages];
  return random.pick(random.pick(lists) ?? []) ?? 'x';
}

function someType(random: SeededRandom): string {
  return pick(random, [
    ...(['send', 'edit', 'delete', 'react', 'unreact', 'typing', 'read', 'sync', 'history', 'ping'] as const),
    ...(['message', 'ready', 'ok', 'error', 'pong', 'SEND', 'send ', '', 'toString', '__proto__'] as const),
  ]);
}

function nudge(value: unknown, random: SeededRandom): unknown {
  if (typeof value === 'string') return nudgeText(value, random);
  if (typeof value === 'number') return nudgeNumber(value, random);
  if (typeof value === 'boolean') return pick<unknown>(random, [!value, Number(value), String(value)]);
  return [value];
}

function nudgeNumber(value: number, random: SeededRandom): unknown {
  return pick(random, [value + 1, value - 1, -value, value + 0.5, value * 2 ** 30, String(value)]);
}

function nudgeText(text: string, random: SeededRandom): unknown {
  const at = random.below(text.length + 1);
  switch (random.below(9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + pick(random, EDGE_CASE_TEXTS) + text.slice(at);
    case 2:
      return text.toUpperCase();
    case 3:
      return `${text} `;
    case 4:
      return `${text}\0`;
    case 5:
      return text + text;
    case 6:
      return [text];
    case 7:
      return { [text]: text };
    default:
      return text.padEnd(pick(random, [36, 37, 64, 65, 80, 81, 250]), 'a');
  }
}
