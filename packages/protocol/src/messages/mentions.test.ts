import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_HANDLE_CHARS, MAX_MENTIONS_PER_MESSAGE } from '../limits.ts';
import { findMentions, mentionedHandles } from './mentions.ts';
import { handle } from './text.ts';

test('[MN1] a mention is @ and a handle, in any case', () => {
  expect(mentionedHandles('@ada')).toEqual(['ada']);
  expect(mentionedHandles('hi @Ada, meet @BOB-2!')).toEqual(['ada', 'bob-2']);
  expect(mentionedHandles('(@ada) "@bob" **@eve** @x')).toEqual(['ada', 'bob', 'eve', 'x']);
  expect(mentionedHandles('¡@ada! 👋@bob\n@eve')).toEqual(['ada', 'bob', 'eve']);
});

test('[MN1] an email address, a path and the middle of a word mention nobody', () => {
  for (const text of [
    'ada@example.org',
    'a.@ada',
    'https://x.org/@ada',
    '-@ada',
    '_@ada',
    'é@ada',
    '日@ada',
    '١@ada',
    '@@ada',
  ]) {
    expect(mentionedHandles(text), text).toEqual([]);
  }
});

test('[MN1] a handle that is followed by another word character mentions nobody', () => {
  for (const text of ['@adaé', '@ada_', '@ada@example.org', '@ada日', '@', '@ ada', '@-ada', '@.', '@ſam', '@\u212a']) {
    expect(mentionedHandles(text), text).toEqual([]);
  }
});

test('[MN2] a full stop or hyphen at the end belongs to the sentence', () => {
  expect(mentionedHandles('ask @ada.')).toEqual(['ada']);
  expect(mentionedHandles('@ada... or @bob-')).toEqual(['ada', 'bob']);
  expect(mentionedHandles("@ada's, @a.b_c-d:")).toEqual(['ada', 'a.b_c-d']);
});

test('[FR16] a handle of exactly 32 characters is mentioned, a longer word is not', () => {
  const longest = 'x'.repeat(MAX_HANDLE_CHARS);
  expect(mentionedHandles(`@${longest}`)).toEqual([longest]);
  expect(mentionedHandles(`@${longest}x`)).toEqual([]);
});

test('[LM8] only the first fifty handles are mentions', () => {
  const body = Array.from({ length: MAX_MENTIONS_PER_MESSAGE + 1 }, (_, index) => `@user${index}`).join(' ');
  expect(mentionedHandles(body)).toHaveLength(MAX_MENTIONS_PER_MESSAGE);
  expect(mentionedHandles(body)).not.toContain(`user${MAX_MENTIONS_PER_MESSAGE}`);
});

test('[SD12] a handle that occurs twice is mentioned once', () => {
  expect(mentionedHandles('@ada @Ada @bob')).toEqual(['ada', 'bob']);
});

test('[MN1] every match in any text is a handle at its reported position', () => {
  const pieces = fc.constantFrom('@', 'a', 'Z', '0', '.', '_', '-', ' ', 'é', 'ſ', '\u212a', '😀', '\ud83d', '/');
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const span of findMentions(text)) {
        expect(handle.safeParse(span.handle).success).toBe(true);
        expect(text.slice(span.start, span.end).toLowerCase()).toBe(`@${span.handle}`);
      }
    }),
  );
});

test('[MN3] an adversarial text is parsed in linear time', () => {
  // Linear time is a fraction of a second for each; quadratic time would take hours, and the test would hang on any machine.
  const size = 4_000_000;
  const hostile = [
    '@',
    'a',
    '@a',
    '@a.',
    '@a-_',
    `@${'a'.repeat(40)}`,
    `@${'a.'.repeat(20)}`,
    `@${'a_'.repeat(16)} `,
    '@é',
    '\ud83d@',
  ];
  const texts = hostile.map((piece) => piece.repeat(size / piece.length));
  for (const text of [...texts, `@${'.'.repeat(size)}`, `@a${'-'.repeat(size)}é`]) {
    expect(findMentions(text).length).toBeLessThanOrEqual(MAX_MENTIONS_PER_MESSAGE);
  }
});
