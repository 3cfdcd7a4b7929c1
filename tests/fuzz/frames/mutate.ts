import type { SeededRandom } from '@parley/testkit';
import type { Chance, Fields } from './valid-command.ts';
import { anyValue, key, pick, RawJson, EDGE_CASE_TEXTS } from './values.ts';

/** A command in which up to three things are not as they should be, or just about. */
export function nearlyValid(fields: Fields, chance: Chance): Fields {
  let damaged = fields;
  for (let times = 1 + chance.random.below(3); times > 0; times -= 1) damaged = mutate(damaged, chance);
  return damaged;
}

/** A valid command with one field that nobody knows. It must be refused. */
export function withAlienField(fields: Fields, { random }: Chance): Fields {
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

/** The fields as JSON text, keys that stand twice included. */
export function textOf(fields: Fields): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value)}`).join(',')}}`;
}

function jsonOf(value: unknown): string {
  return value instanceof RawJson ? value.text : JSON.stringify(value);
}

type Mutation = (fields: Fields, at: number, chance: Chance) => Fields;

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  // Missing, twice, or under another name.
  (fields, at) => fields.filter((_, index) => index !== at),
  (fields, at, { random }) => insert(fields, random, [fields[at]?.[0] ?? 'type', anyValue(random)]),
  (fields, at, { random }) => replace(fields, at, [rename(random, fields[at]?.[0] ?? 'x'), fields[at]?.[1]]),
  (fields, _, { random }) => insert(fields, random, [key(random), anyValue(random)]),
  // Anything at all in place of the value.
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', anyValue(random)]),
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', anyValue(random)]),
  // A value that is good somewhere else.
  (fields, at, chance) => replace(fields, at, [fields[at]?.[0] ?? 'x', someId(chance)]),
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', fields[random.below(fields.length)]?.[1]]),
  (fields, _, { random }) => fields.map((field) => (field[0] === 'type' ? ['type', someType(random)] : field)),
  // The value, just about.
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', nudge(fields[at]?.[1], random)]),
  (fields, at, { random }) => replace(fields, at, [fields[at]?.[0] ?? 'x', nudge(fields[at]?.[1], random)]),
];

function mutate(fields: Fields, chance: Chance): Fields {
  const { random } = chance;
  return pick(random, MUTATIONS)(fields, random.below(Math.max(fields.length, 1)), chance);
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

function someId({ random, known }: Chance): string {
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
