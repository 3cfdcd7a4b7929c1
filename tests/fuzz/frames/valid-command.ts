import { clientFrame, MAX_BODY_CHARS } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';
import type { Known } from './known-ids.ts';
import { pick } from './values.ts';

/** A frame as a list of fields, so that keys may be duplicate or special to objects. */
export type Fields = readonly (readonly [key: string, value: unknown])[];

export interface FrameContext {
  readonly random: SeededRandom;
  readonly known: Known;
  /** The `ref` to use, which no other frame has. */
  readonly ref: number;
}

/** A command that the protocol's own schemas accept. It is made from those schemas, so that it covers new commands. */
export function validCommand(context: FrameContext): Fields {
  const schema = context.random.pick(COMMANDS) ?? {};
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const isOmitted = !required.has(key) && context.random.chance(key === 'ref' ? 0.1 : 0.4);
    return isOmitted ? [] : [[key, valueOf(key, field, context)] as const];
  });
  return resolveConflicts(fields, context);
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

/** Makes values by the name of a field. Fields with other names get values by their schema. */
const BY_NAME: Readonly<Record<string, (context: FrameContext) => unknown>> = {
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

function valueOf(key: string, schema: JsonSchema, context: FrameContext): unknown {
  if (schema.const !== undefined) return schema.const;
  const make = BY_NAME[key];
  if (make !== undefined) return make(context);
  const { random } = context;
  if (schema.type === 'boolean') return random.chance(0.5);
  if (schema.type === 'integer') return position(random, schema);
  throw new Error(`the fuzzer knows no value for ${key}: ${JSON.stringify(schema)}`);
}

/** Removes combinations that the schemas refuse although each field is valid. */
function resolveConflicts(fields: Fields, context: FrameContext): Fields {
  const isSend = fields.some(([key, value]) => key === 'type' && value === 'send');
  const drop = isSend
    ? conflictingKeys(['channel', 'to'], fields, context)
    : conflictingKeys(['before', 'after', 'around'], fields, context);
  const left = fields.filter(([key]) => !drop.includes(key));
  const hasTarget = left.some(([key]) => key === 'channel' || key === 'to');
  return isSend && !hasTarget ? [...left, ['channel', someChannel(context)]] : left;
}

/** All keys of `names` in the fields but one. */
function conflictingKeys(names: readonly string[], fields: Fields, { random }: FrameContext): string[] {
  const there = names.filter((name) => fields.some(([key]) => key === name));
  const kept = random.pick(there);
  return fields.some(([key, value]) => key === 'type' && value === 'sync') ? [] : there.filter((name) => name !== kept);
}

function someChannel({ random, known }: FrameContext): string {
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
