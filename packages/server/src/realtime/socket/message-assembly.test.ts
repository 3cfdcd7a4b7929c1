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
  .map((deps) =>
    deps.flatMap(([length, controls], index): Part[] => {
      const part = { opcode: index === 0 ? 1 : 0, final: index === deps.length - 1, length };
      return index === 0 ? [part] : [...controls, part];
    }),
  );

test('however the bytes are cut, it is inside exactly while a message is not whole', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1 }),
      (messages, cuts) => {
        const whole = new Set<number>([0]);
        let end = 0;
        for (const deps of messages) {
          for (const part of deps) end += encode(part).length;
          whole.add(end);
        }
        const bytes = Buffer.concat(messages.flat().map(encode));
        const watch = new MessageAssembly();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const next = Math.min(bytes.length, at + (cuts[turn % cuts.length] ?? 1));
          watch.push(bytes.subarray(at, next));
          at = next;
          expect(watch.isInside).toBe(!whole.has(at));
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('a control frame alone leaves nothing begun, and is counted', () => {
  const watch = new MessageAssembly();
  watch.push(encode({ opcode: 9, final: true, length: 5 }));
  expect([watch.isInside, watch.whole]).toEqual([false, 1]);
});

test('a control frame between fragments does not make the message whole', () => {
  const watch = new MessageAssembly();
  watch.push(encode({ opcode: 1, final: false, length: 5 }));
  watch.push(encode({ opcode: 9, final: true, length: 0 }));
  expect([watch.isInside, watch.whole]).toEqual([true, 0]);
});
