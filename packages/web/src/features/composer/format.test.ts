import { expect, test } from 'vitest';
import { applyFormat, type Format } from './format.ts';

/** Applies a format to a text in which `⟨…⟩` marks the selection. */
function format(name: Format, drawn: string): string {
  const start = drawn.indexOf('⟨');
  const end = drawn.indexOf('⟩') - 1;
  const text = drawn.replace('⟨', '').replace('⟩', '');
  const change = applyFormat(name, { text, start, end });
  const next = text.slice(0, change.from) + change.insert + text.slice(change.to);
  return `${next.slice(0, change.start)}⟨${next.slice(change.start, change.end)}⟩${next.slice(change.end)}`;
}

test.each([
  ['bold', 'a ⟨b⟩ c', 'a **⟨b⟩** c'],
  ['bold', 'a **⟨b⟩** c', 'a ⟨b⟩ c'],
  ['bold', '⟨⟩', '**⟨⟩**'],
  ['bold', 'a⟨ b ⟩c', 'a **⟨b⟩** c'],
  ['italic', '⟨a⟩', '_⟨a⟩_'],
  ['strike', '⟨a⟩', '~~⟨a⟩~~'],
  ['code', '⟨a⟩', '`⟨a⟩`'],
  ['code-block', 'a⟨b⟩c', 'a\n```\n⟨b⟩\n```\nc'],
  ['code-block', '⟨⟩', '```\n⟨⟩\n```'],
  ['link', 'see ⟨this⟩', 'see [this](⟨https://⟩)'],
  ['link', '⟨https://a.b⟩', '[⟨⟩](https://a.b)'],
  ['quote', 'a\nb⟨⟩c\nd', 'a\n> bc⟨⟩\nd'],
  ['quote', '⟨a\nb⟩', '⟨> a\n> b⟩'],
  ['quote', '⟨> a\n> b⟩', '⟨a\nb⟩'],
  ['list', '⟨a\nb⟩', '⟨- a\n- b⟩'],
  ['numbers', '⟨- a\n- b⟩', '⟨1. a\n2. b⟩'],
  ['numbers', '⟨1. a\n2. b⟩', '⟨a\nb⟩'],
] as const)('%s of %j is %j', (name, before, after) => {
  expect(format(name, before)).toBe(after);
});
