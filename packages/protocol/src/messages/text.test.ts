import { expect, test } from 'vitest';
import { MAX_CHANNEL_NAME_CHARS, MAX_TOPIC_CHARS, MAX_USER_NAME_CHARS } from '../limits.ts';
import { channelName, handle, topic, userName } from './text.ts';

const accepts = (schema: { safeParse(text: string): { success: boolean } }, text: string) =>
  schema.safeParse(text).success;

test('[FR15] names are trimmed and otherwise unchanged', () => {
  expect(userName.parse('  Ada Lovelace ')).toBe('Ada Lovelace');
  expect(channelName.parse(' général 日本 ')).toBe('général 日本');
  expect(topic.parse('  ')).toBe('');
});

test('[FR15] a name of exactly the limit is accepted, one more character and an empty name are not', () => {
  expect(accepts(userName, 'x'.repeat(MAX_USER_NAME_CHARS))).toBe(true);
  expect(accepts(userName, 'x'.repeat(MAX_USER_NAME_CHARS + 1))).toBe(false);
  expect(accepts(userName, ' ')).toBe(false);
  expect(accepts(channelName, 'x'.repeat(MAX_CHANNEL_NAME_CHARS))).toBe(true);
  expect(accepts(channelName, 'x'.repeat(MAX_CHANNEL_NAME_CHARS + 1))).toBe(false);
  expect(accepts(channelName, '')).toBe(false);
  expect(accepts(topic, 'x'.repeat(MAX_TOPIC_CHARS))).toBe(true);
  expect(accepts(topic, 'x'.repeat(MAX_TOPIC_CHARS + 1))).toBe(false);
});

test('[FR15] limits count UTF-16 code units: a smiley is two', () => {
  expect(accepts(channelName, '😀'.repeat(MAX_CHANNEL_NAME_CHARS / 2))).toBe(true);
  expect(accepts(channelName, `${'😀'.repeat(MAX_CHANNEL_NAME_CHARS / 2)}x`)).toBe(false);
  expect(accepts(topic, '😀'.repeat(MAX_TOPIC_CHARS / 2))).toBe(true);
  expect(accepts(topic, `${'😀'.repeat(MAX_TOPIC_CHARS / 2)}x`)).toBe(false);
});

test("[FR15] a name can't imitate another with line breaks or direction marks", () => {
  for (const trick of [
    'a\nb',
    'a\rb',
    'a\u2028b',
    'a\u0085b',
    'a\u202eb',
    'a\u2066b',
    'a\tb',
    '\u001b[31ma',
    'a\u007f',
  ]) {
    for (const schema of [userName, channelName, topic]) {
      expect(accepts(schema, trick), JSON.stringify(trick)).toBe(false);
    }
  }
});

test("[FR8] names that can't be encoded unchanged are refused", () => {
  for (const text of ['a\ud83d', 'a\0']) {
    for (const schema of [userName, channelName, topic]) {
      expect(accepts(schema, text), JSON.stringify(text)).toBe(false);
    }
  }
});

test('[FR16] a handle is a to z, 0 to 9 and . _ - between them', () => {
  for (const good of ['a', '7', 'ada', 'a.b', 'a_b-c', 'x'.repeat(32)]) expect(accepts(handle, good), good).toBe(true);
  for (const bad of ['', 'Ada', '.a', 'a.', '-a', 'a_', 'a b', 'é', '@a', 'x'.repeat(33), 'a\n', 'а']) {
    expect(accepts(handle, bad), bad).toBe(false);
  }
});
