import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { clientFrame, decodeClientFrame } from './client-frame.ts';
import { decodeServerFrame } from './decode-server-frame.ts';
import { serverFrame } from './server-frame.ts';

const anyClientFrame = fromSchema(clientFrame);
const anyServerFrame = fromSchema(serverFrame);

test('[FR3] no text makes the server’s decoder throw', () => {
  fc.assert(fc.property(anyText(), (text) => void decodeClientFrame(text)));
});

test('[FR3] a valid frame with one arbitrary field is decoded or refused without a throw', () => {
  fc.assert(
    fc.property(damaged(anyClientFrame), (text) => {
      const decoded = decodeClientFrame(text);
      if (decoded.ok) expect(clientFrame.parse(decoded.value)).toEqual(decoded.value);
      else expect(['bad_request', 'too_large']).toContain(decoded.error.code);
    }),
  );
});

test('[FR1] every valid command is decoded as it was encoded', () => {
  fc.assert(
    fc.property(anyClientFrame, (frame) => {
      // Some schemas trim, that of emoji for instance: parse first, so that the frame is already normal.
      const sent = clientFrame.parse(frame);
      expect(decodeClientFrame(JSON.stringify(sent))).toEqual({ ok: true, value: sent });
    }),
  );
});

test('[FR1] a client decodes every frame that the schemas allow the server to send', () => {
  fc.assert(
    fc.property(anyServerFrame, (frame) => {
      expect(decodeServerFrame(JSON.stringify(frame))).toEqual(JSON.parse(JSON.stringify(frame)));
    }),
  );
});

test('[FR2] a frame with unknown fields is decoded', () => {
  fc.assert(
    fc.property(anyServerFrame, fc.jsonValue(), (frame, novelty) => {
      expect(decodeServerFrame(JSON.stringify({ ...frame, novelty }))).toMatchObject({ type: frame.type });
    }),
  );
});

test('[FR2] no text makes the client’s decoder throw: it returns null instead', () => {
  fc.assert(fc.property(anyText(), (text) => void decodeServerFrame(text)));
  fc.assert(fc.property(damaged(anyServerFrame), (text) => void decodeServerFrame(text)));
});

function anyText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ type: value })),
  );
}

/** Frames as text, with one field missing, duplicated or arbitrary, or with one character changed. */
function damaged(frames: fc.Arbitrary<object>): fc.Arbitrary<string> {
  const withField = fc
    .tuple(frames, fc.nat(), fc.option(fc.jsonValue({ maxDepth: 3 }), { nil: undefined }))
    .map(([frame, at, value]) => {
      const keys = Object.keys(frame);
      return JSON.stringify({ ...frame, [keys[at % keys.length] ?? 'type']: value });
    });
  const withCharacter = fc.tuple(frames, fc.nat(), fc.string({ maxLength: 2 })).map(([frame, at, text]) => {
    const whole = JSON.stringify(frame);
    const cut = at % whole.length;
    return whole.slice(0, cut) + text + whole.slice(cut + 1);
  });
  return fc.oneof(withField, withCharacter);
}

/** Values that `schema` accepts. Refinements, which JSON Schema can't express, filter them afterwards. */
function fromSchema<T extends z.ZodType<object>>(schema: T): fc.Arbitrary<z.infer<T>> {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return fromJsonSchema(json).filter((value): value is z.infer<T> => schema.safeParse(value).success);
}

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function fromJsonSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches !== undefined) return fc.oneof(...branches.map(fromJsonSchema));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.type === 'object') return objects(schema);
  if (schema.type === 'string') return strings(schema);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer') return integers(schema);
  if (schema.type === 'array') return arrays(schema);
  throw new Error(`no values known for ${JSON.stringify(schema)}`);
}

function arrays({ items = {}, maxItems = 3 }: JsonSchema): fc.Arbitrary<unknown> {
  return fc.array(fromJsonSchema(items), { maxLength: Math.min(maxItems, 3) });
}

function integers({ minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): fc.Arbitrary<number> {
  return fc.integer({ min: minimum ?? (exclusiveMinimum ?? -1) + 1, max: maximum });
}

function objects({ properties, required, propertyNames, additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  if (propertyNames !== undefined && additionalProperties) {
    return fc.dictionary(strings(propertyNames), fromJsonSchema(additionalProperties), { noNullPrototype: true });
  }
  const fields = Object.entries(properties ?? {}).map(([key, schema]) => [key, fromJsonSchema(schema)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...(required ?? [])], noNullPrototype: true });
}

function strings({ pattern, minLength = 0, maxLength = 100 }: JsonSchema): fc.Arbitrary<string> {
  const bounds = { minLength, maxLength: Math.min(maxLength, 100) };
  if (pattern === undefined) return fc.string({ unit: 'grapheme', ...bounds });
  return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length >= minLength && text.length <= maxLength);
}
