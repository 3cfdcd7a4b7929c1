import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageAssembly } from './message-assembly.ts';

interface Part {
  readonly opcode: number;
  readonly final: boolean;
  readonly length: number;
}

function encode({ opcode, final, length }: Part): Buffer {
  const header = [(final ? 0x80 : 0) | opcode];
  if (length < 126) header.push(0x80 | length);
  else if (length < 65_536) header.push(0x80 | 126, length >> 8, length & 255);
  else header.push(0x80 | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255);
  return Buffer.concat([Buffer.from([...header, 1, 2, 3, 4]), Buffer.alloc(length, 0xff)]);
}

const lengths = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(125, 126, 65_535, 65_536, 70_000));
const control = fc.record({
  opcode: fc.constantFrom(8, 9, 10),
  final: fc.constant(true),
  length: fc.integer({ min: 0, max: 125 }),
});
/** A message in fragments, with control frames between them. */
const message = fc
  .array(fc.tuple(lengths, fc.array(control, { maxLength: 2 })), { minLength: 1, maxLength: 4 })
  .map((parts) =>
    parts.flatMap(([length, controls], index): Part[] => {
      const part = { opcode: index === 0 ? 1 : 0, final: index === parts.length - 1, length };
      return index === 0 ? [part] : [...controls, part];
    }),
  );

test('the parser is inside a message exactly until it is complete, however the bytes are split', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1 }),
      (messages, cuts) => {
        const complete = new Set<number>([0]);
        let end = 0;
        for (const parts of messages) {
          for (const part of parts) end += encode(part).length;
          complete.add(end);
        }
        const bytes = Buffer.concat(messages.flat().map(encode));
        const assembly = new MessageAssembly();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const next = Math.min(bytes.length, at + (cuts[turn % cuts.length] ?? 1));
          assembly.push(bytes.subarray(at, next));
          at = next;
          expect(assembly.isInside).toBe(!complete.has(at));
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('a lone control frame is counted and begins no message', () => {
  const assembly = new MessageAssembly();
  assembly.push(encode({ opcode: 9, final: true, length: 5 }));
  expect([assembly.isInside, assembly.completed]).toEqual([false, 1]);
});

test('a control frame between fragments does not complete the message', () => {
  const assembly = new MessageAssembly();
  assembly.push(encode({ opcode: 1, final: false, length: 5 }));
  assembly.push(encode({ opcode: 9, final: true, length: 0 }));
  expect([assembly.isInside, assembly.completed]).toEqual([true, 0]);
});
