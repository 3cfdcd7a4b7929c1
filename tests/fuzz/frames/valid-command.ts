import { clientFrame, MAX_BODY_CHARS } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';
import type { Known } from './known-ids.ts';
import { pick } from './values.ts';

/** A frame as its fields in order: keys may stand twice, and be ones that objects treat in their own way. */
export type Fields = readonly (readonly [key: string, value: unknown])[];

export interface Chance {
  readonly random: SeededRandom;
  readonly known: Known;
  /** The `ref` to use: no other frame has it. */
  readonly ref: number;
}

/** A command that the protocol's own schemas accept. A command that is new there is made here without further ado. */
export function validCommand(chance: Chance): Fields {
  const schema = chance.random.pick(COMMANDS) ?? {};
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const isLeftOut = !required.has(key) && chance.random.chance(key === 'ref' ? 0.1 : 0.4);
    return isLeftOut ? [] : [[key, valueOf(key, field, chance)] as const];
  });
  return withoutContradiction(fields, chance);
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const COMMANDS = (clientFrame.toJSONSchema({ io: 'input' }) as JsonSchema).oneOf ?? [];

/** Makes what the sender would mean by a field of this name; by its schema alone where the name says nothing. */
const BY_NAME: Readonly<Record<string, (chance: Chance) => unknown>> = {
  ref: ({ ref }) => ref,
  channel: someChannel,
  to: ({ random, known }) => random.pick(known.users) ?? 'u_nobody',
  id: ({ random, known }) => (random.chance(0.4) ? random.uuid() : anyMessage(random, known)),
  thread: ({ random, known }) => anyMessage(random, known),
  body: ({ random }) => body(random),
  emoji: ({ random }) => pick(random, ['👍', '🎉', '❤️', 'x', ':ok:', '👍🏽', 'e\u0301', 'x'.repeat(64)]),
  limit: ({ random }) => (random.chance(0.97) ? 1 + random.below(4) : 1 + random.below(200)),
  attachments: () => [],
};

function valueOf(key: string, schema: JsonSchema, chance: Chance): unknown {
  if (schema.const !== undefined) return schema.const;
  const make = BY_NAME[key];
  if (make !== undefined) return make(chance);
  const { random } = chance;
  if (schema.type === 'boolean') return random.chance(0.5);
  if (schema.type === 'integer') return position(random, schema);
  throw new Error(`the fuzzer knows no value for ${key}: ${JSON.stringify(schema)}`);
}

/** What the schemas refuse although each field is good by itself. */
function withoutContradiction(fields: Fields, chance: Chance): Fields {
  const isSend = fields.some(([key, value]) => key === 'type' && value === 'send');
  const drop = isSend
    ? rivals(['channel', 'to'], fields, chance)
    : rivals(['before', 'after', 'around'], fields, chance);
  const left = fields.filter(([key]) => !drop.includes(key));
  const hasTarget = left.some(([key]) => key === 'channel' || key === 'to');
  return isSend && !hasTarget ? [...left, ['channel', someChannel(chance)]] : left;
}

/** Of `names`, all but one that stands in the fields. */
function rivals(names: readonly string[], fields: Fields, { random }: Chance): string[] {
  const there = names.filter((name) => fields.some(([key]) => key === name));
  const kept = random.pick(there);
  return fields.some(([key, value]) => key === 'type' && value === 'sync') ? [] : there.filter((name) => name !== kept);
}

function someChannel({ random, known }: Chance): string {
  if (random.chance(0.12)) return random.pick(known.foreign) ?? 'c_nowhere';
  if (random.chance(0.03)) return pick(random, ['c_nowhere', 'x', 'constructor', '__proto__', 'y'.repeat(64)]);
  return random.pick(known.own) ?? 'c_general';
}

function anyMessage(random: SeededRandom, known: Known): string {
  const list = random.chance(0.05) ? known.foreignMessages : known.messages;
  return random.pick(list) ?? random.uuid();
}

function body(random: SeededRandom): string {
  if (random.chance(0.001)) return 'x'.repeat(MAX_BODY_CHARS);
  return pick(random, [
    'hello',
    'a **word** and `code`',
    '@ada, look',
    '😀 עברית العربية',
    'line\nline',
    'x'.repeat(200),
  ]);
}

function position(random: SeededRandom, { minimum = 1, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): number {
  if (random.chance(0.05)) return maximum;
  return Math.max(minimum, random.below(pick(random, [2, 50, 2_000, 50_000])));
}
