import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { CLOSE } from './connection/close-codes.ts';
import { ERROR_POLICY, HTTP_STATUS } from './errors.ts';
import * as protocol from './index.ts';
import * as limits from './limits.ts';

const ADVICE = `The wire has changed, so clients of another age will meet it. Decide whether you want that:
  1. Does an old client still understand the server, and an old server the client? Adding an optional field or a frame
     type to what the server says is safe; the rest needs a plan.
  2. Write the change into docs/protocol.md, as a rule with a test.
  3. Then put the new value into packages/protocol/src/fingerprint.test.ts.
JSON Schema can not say refinements (text.ts, ids.ts): a change there is a wire change too, though nothing shows it here.`;

const schemas = new Map<string, z.ZodType>();
for (const [name, value] of Object.entries(protocol)) if (value instanceof z.ZodType) schemas.set(name, value);

function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** The chosen schemas, as the sender may fill them and as the receiver reads them. */
function shapes(choose: (name: string) => boolean): unknown {
  const names = [...schemas.keys()].filter(choose).toSorted();
  return names.map((name) => {
    const schema = schemas.get(name)!;
    return [name, z.toJSONSchema(schema, { io: 'input' }), z.toJSONSchema(schema, { io: 'output' })];
  });
}

test('what a client may say is what was decided', () => {
  expect(fingerprint(shapes((name) => name === 'clientFrame')), ADVICE).toBe('01f7c4fdd7ccd026');
});

test('what the server may say is what was decided', () => {
  expect(fingerprint(shapes((name) => name === 'serverFrame')), ADVICE).toBe('a6aeec4ec80d3107');
});

test('the bodies, queries and answers of HTTP are what was decided', () => {
  expect(fingerprint(shapes((name) => !['clientFrame', 'serverFrame'].includes(name))), ADVICE).toBe(
    'ae23e050f1b75d24',
  );
});

test('the limits, codes and their policies are what was decided', () => {
  expect(fingerprint([limits, CLOSE, ERROR_POLICY, HTTP_STATUS]), ADVICE).toBe('f71d59de6c077ef4');
});
