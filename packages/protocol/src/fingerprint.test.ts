import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { CLOSE } from './connection/close-codes.ts';
import { ERROR_POLICY, HTTP_STATUS } from './errors.ts';
import * as protocol from './index.ts';
import * as limits from './limits.ts';

const ADVICE = `The wire format has changed, and clients and servers of other versions will meet it. Decide whether that is intended:
  1. Does an old client still understand the server, and an old server the client? A new optional field or frame type of
     the server is safe; everything else needs a migration plan.
  2. Describe the change in docs/protocol.md, as a rule with a test.
  3. Put the new value into packages/protocol/src/fingerprint.test.ts.
JSON Schema does not express refinements (text.ts, ids.ts): changing one changes the wire format too, without failing here.`;

const schemas = new Map<string, z.ZodType>();
for (const [name, value] of Object.entries(protocol)) if (value instanceof z.ZodType) schemas.set(name, value);

function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** The chosen schemas, as input and as output. */
function shapes(choose: (name: string) => boolean): unknown {
  const names = [...schemas.keys()].filter(choose).toSorted();
  return names.map((name) => {
    const schema = schemas.get(name)!;
    return [name, z.toJSONSchema(schema, { io: 'input' }), z.toJSONSchema(schema, { io: 'output' })];
  });
}

test('the frames of clients match their fingerprint', () => {
  expect(fingerprint(shapes((name) => name === 'clientFrame')), ADVICE).toBe('01f7c4fdd7ccd026');
});

test('the frames of the server match their fingerprint', () => {
  expect(fingerprint(shapes((name) => name === 'serverFrame')), ADVICE).toBe('a6aeec4ec80d3107');
});

test('the HTTP bodies, queries and responses match their fingerprint', () => {
  expect(fingerprint(shapes((name) => !['clientFrame', 'serverFrame'].includes(name))), ADVICE).toBe(
    'ae23e050f1b75d24',
  );
});

test('the limits, codes and policies match their fingerprint', () => {
  expect(fingerprint([limits, CLOSE, ERROR_POLICY, HTTP_STATUS]), ADVICE).toBe('f71d59de6c077ef4');
});
