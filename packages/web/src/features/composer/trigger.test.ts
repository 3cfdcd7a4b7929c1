import { describe, expect, test } from 'vitest';
import { findTrigger } from './trigger.ts';

const at = (text: string) => {
  const trigger = findTrigger(text.replace('|', ''), text.indexOf('|'));
  return trigger === null ? null : `${trigger.kind} ${trigger.start} ${trigger.query}`;
};

describe('completion trigger', () => {
  test.each([
    ['@|', 'mention 0 '],
    ['hi @ad|', 'mention 3 ad'],
    ['hi @ad| there', 'mention 3 ad'],
    ['(@ada.l|', 'mention 1 ada.l'],
    ['@Ada Lo|', 'mention 0 Ada Lo'],
    ['a\n@b|', 'mention 2 b'],
    ['@Łuk|', 'mention 0 Łuk'],
    [':ta|', 'emoji 0 ta'],
    ['go :+1|', 'emoji 3 +1'],
    ['👍:ta|', 'emoji 2 ta'],
  ])('the text %j triggers %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  test.each([
    'mail@example|',
    'a/@b|',
    '@a b c|',
    ':t|',
    '10:30|',
    'http://x|',
    'a:tada|',
    '`@ada|',
    '```\n@ada|',
    '|@ada',
    '',
  ])('the text %j triggers nothing', (text) => {
    expect(at(text)).toBeNull();
  });

  test('code that ends before the caret does not suppress a trigger', () => {
    expect(at('`a` @b|')).toBe('mention 4 b');
    expect(at('```\na\n```\n@b|')).toBe('mention 10 b');
  });
});
