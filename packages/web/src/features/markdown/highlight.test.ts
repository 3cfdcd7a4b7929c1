import type { ReactElement, ReactNode } from 'react';
import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';

function textOf(node: ReactNode): string {
  if (Array.isArray(node)) return node.map((child: ReactNode) => textOf(child)).join('');
  if (typeof node === 'string') return node;
  return node === null ? '' : textOf((node as ReactElement<{ children: ReactNode }>).props.children);
}

const CODE = 'const answer: number = 42; // "yes" <b>\n';

test.each(['ts', 'python', 'html', 'sh', 'c++', 'yml'])('highlighting %s code keeps every character', (language) => {
  expect(textOf(highlight(CODE, language))).toBe(CODE);
});

test('code is coloured, and highlighted only once', () => {
  expect(JSON.stringify(highlight(CODE, 'ts'))).toContain('hljs-keyword');
  expect(highlight(CODE, 'ts')).toBe(highlight(CODE, 'ts'));
});

test('an unknown language, a long text and a long line are not highlighted', () => {
  expect(highlight(CODE, 'nonsense')).toBe(CODE);
  for (const long of [CODE.repeat(200), 'a'.repeat(501)]) expect(highlight(long, 'ts')).toBe(long);
});
