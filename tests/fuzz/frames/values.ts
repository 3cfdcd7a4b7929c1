import { MAX_BODY_CHARS, MAX_EMOJI_CHARS } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';

/** JSON that is put into a frame unchanged: numbers that JavaScript lacks, depth that `JSON.stringify` refuses. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function pick<T>(random: SeededRandom, list: readonly [T, ...T[]]): T {
  return random.pick(list) ?? list[0];
}

const SCALARS = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e308,
  5e-324,
  '',
  ' ',
  '0',
  '1',
  'null',
  'undefined',
  '[object Object]',
] as const;

const RAW = [
  '1e400',
  '-1e400',
  '9223372036854775808',
  '18446744073709551616',
  '0.1e-999',
  `1${'0'.repeat(400)}`,
  '"\\ud83d"',
  '"\\udc4d\\ud83d"',
  '"a\\u0000b"',
  '{"__proto__":null}',
  '{"__proto__":{"type":"ping"}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":1,"toJSON":1,"then":1,"length":-1}',
  '[[[[[[[[[[]]]]]]]]]]',
] as const;

/** Texts that break careless text processing. Written with escapes, so that an editor shows them. */
export const EDGE_CASE_TEXTS = [
  '\0',
  'a\0b',
  '\ud83d',
  '\udc4d\ud83d',
  '\u202eabc',
  '\u2066x\u2069',
  '\ufeff',
  '\u200b',
  '\u2028\u2029',
  '\r\n',
  '\u0085',
  '\u001b[31m',
  'e\u0301',
  '\u0130\u0131\ufb01',
  '😀',
  '👩‍👩‍👧‍👦',
  '\u{10ffff}',
  '\ufffe\uffff',
  "' OR '1'='1",
  '"; DROP TABLE messages; --',
  '%s%n%x',
  '%00',
  '../../etc/passwd',
  '<script>',
  '${7*7}',
  '{{7*7}}',
  '*',
  '>',
  'c.>',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '@general',
  '@'.repeat(60),
  '@a '.repeat(60),
] as const;

const MAX_DEPTH = 2_000;

export function anyValue(random: SeededRandom): unknown {
  const kind = random.below(10);
  if (kind < 4) return pick(random, SCALARS);
  if (kind < 6) return new RawJson(pick(random, RAW));
  if (kind < 8) return edgeCaseText(random);
  if (kind < 9) return deep(random);
  return random.chance(0.5) ? [anyScalar(random), anyScalar(random)] : { [key(random)]: anyScalar(random) };
}

function anyScalar(random: SeededRandom): unknown {
  return random.chance(0.7) ? pick(random, SCALARS) : edgeCaseText(random);
}

function edgeCaseText(random: SeededRandom): string {
  const text = pick(random, EDGE_CASE_TEXTS);
  const kind = random.below(12);
  if (kind === 0) return text.repeat(1 + random.below(40));
  if (kind === 1) return text.padEnd(near(random, pick(random, [32, 64, 80, 250, MAX_EMOJI_CHARS])), 'x');
  if (kind === 2 && random.chance(0.05)) return text.padEnd(near(random, MAX_BODY_CHARS), 'y');
  return kind < 7 ? text : `a${text}${pick(random, EDGE_CASE_TEXTS)}z`;
}

/** A key that every object inherits, or an ordinary one. */
export function key(random: SeededRandom): string {
  return pick(random, [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'toJSON',
    'then',
    'length',
    '',
    'x',
    '0',
    '\0',
  ]);
}

function near(random: SeededRandom, limit: number): number {
  return limit - 1 + random.below(3);
}

function deep(random: SeededRandom): RawJson {
  const depth = random.chance(0.02) ? MAX_DEPTH : 1 + random.below(40);
  return random.chance(0.5)
    ? new RawJson('['.repeat(depth) + ']'.repeat(depth))
    : new RawJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}
