import { MAX_BODY_CHARS } from '@parley/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEmojiOnly } from './is-emoji-only.ts';
import { parseBody } from './parse-body.ts';
import { safeHref } from './safe-href.ts';
import { splitText } from './split-text.ts';
import { textOf } from './text-of.ts';

/** Describes the structure of a body: `paragraph(text,strong(text))`. */
function shape(body: string): string {
  const draw = (node: { readonly type: string; readonly children?: readonly unknown[] }): string =>
    node.children === undefined
      ? node.type
      : `${node.type}(${node.children.map((child) => draw(child as typeof node)).join()})`;
  return parseBody(body)
    .map((part) => (part.kind === 'markdown' ? part.nodes.map((node) => draw(node)).join() : part.kind))
    .join(' ');
}

describe('message body', () => {
  test.each([
    ['*a* **b** ~~c~~ `d`', 'paragraph(emphasis(text),text,strong(text),text,delete(text),text,inlineCode)'],
    ['[a](https://b.c)', 'paragraph(link(text))'],
    ['see https://b.c/d_e_f, ok', 'paragraph(text,link(text),text)'],
    ['https://b.c/_x_/y', 'paragraph(link(text))'],
    ['<https://b.c>', 'paragraph(link(text))'],
    ['- a\n- b', 'list(listItem(paragraph(text)),listItem(paragraph(text)))'],
    ['> a', 'blockquote(paragraph(text))'],
    ['a  \nb', 'paragraph(text,break,text)'],
    ['a\n\nb', 'paragraph(text),paragraph(text)'],
    ['before\n```ts\ncode\n```\nafter', 'paragraph(text) code paragraph(text)'],
    ['- a\n  ```\n  code\n  ```', 'list(listItem(paragraph(text),code))'],
  ])('the body %j is parsed as Markdown', (body, expected) => {
    expect(shape(body)).toBe(expected);
  });

  test.each(['# a', 'a\n===', '---', '<b>a</b>', '<!-- a -->', '[a]: /b', '    a', '&amp;', 'a@b.c', '~a~'])(
    'the body %j stays text',
    (body) => {
      expect(shape(body)).toMatch(/^paragraph\(text\)$/);
    },
  );

  test('a bare address becomes a link without the punctuation that follows it', () => {
    const links = parseBody('see https://a.b/c_d?e=f&g, www.h.i/(j). and http://k.l)').flatMap((part) =>
      JSON.stringify(part).match(/"url":"[^"]*"/g),
    );
    expect(links).toEqual(['"url":"https://a.b/c_d?e=f&g"', '"url":"https://www.h.i/(j)"', '"url":"http://k.l"']);
  });

  test('an image becomes a link, which loads nothing', () => {
    expect(shape('![a](https://b.c/d.png)')).toBe('paragraph(text,link(text))');
  });

  test('a quote and a list end at the first line without a marker', () => {
    expect(shape('> a\nb')).toBe('blockquote(paragraph(text)),paragraph(text)');
    expect(shape('- a\nb')).toBe('list(listItem(paragraph(text))),paragraph(text)');
    expect(shape('- a\n  b')).toBe('list(listItem(paragraph(text)))');
  });

  test('a code fence keeps its text unchanged, closed or not', () => {
    expect(parseBody('```js\n*a*\n\n  > b\n```')).toEqual([
      { kind: 'code', line: 0, language: 'js', text: '*a*\n\n  > b' },
    ]);
    expect(parseBody('~~~\n```\n[x](y)')).toEqual([{ kind: 'code', line: 0, language: '', text: '```\n[x](y)' }]);
    expect(parseBody('````\n```\n````')).toEqual([{ kind: 'code', line: 0, language: '', text: '```' }]);
  });

  test('"```code```" on one line is inline code', () => {
    expect(shape('```code```')).toBe('paragraph(inlineCode)');
  });

  test('a body that nests too deeply is shown as plain text', () => {
    const body = '> '.repeat(200) + 'a';
    expect(parseBody(body)).toEqual([{ kind: 'plain', line: 0, text: body }]);
  });

  test('parsing never throws and never loses a word, for any body', () => {
    const marks = fc.constantFrom(
      '*',
      '_',
      '**',
      '`',
      '```',
      '[',
      ']',
      '(',
      ')',
      '>',
      '- ',
      '1. ',
      '\n',
      ' ',
      '~~',
      'https://',
      '<',
      '\\',
      '\t',
    );
    const word = fc.constantFrom('alpha', 'beta', 'gamma', 'שלום', '👩‍👩‍👧');
    fc.assert(
      fc.property(fc.array(fc.oneof(marks, word), { maxLength: 60 }), (pieces) => {
        const body = pieces.join('').slice(0, MAX_BODY_CHARS);
        const text = parseBody(body)
          .map((part) =>
            part.kind === 'markdown'
              ? JSON.stringify(part.nodes)
              : `${part.text}${part.kind === 'code' ? part.language : ''}`,
          )
          .join('');
        // Text behind an opening fence is its language, of which only the first word is kept.
        if (/```|~~~/.test(body)) return;
        for (const known of ['alpha', 'beta', 'gamma']) if (body.includes(known)) expect(text).toContain(known);
      }),
    );
  });

  test('a body is parsed only once while it is cached', () => {
    expect(parseBody('the *same* body')).toBe(parseBody('the *same* body'));
  });

  test('the text of a body keeps its order', () => {
    const [part] = parseBody('one *two* **three `four`** [five](https://six.example)');
    expect(part?.kind === 'markdown' ? part.nodes.map((node) => textOf(node)).join('') : '').toBe(
      'one two three four five',
    );
  });
});

describe('link', () => {
  test.each(['https://a.b/c', 'http://a.b/', 'mailto:a@b.c'])('a link may point to %s', (address) => {
    expect(safeHref(address)).toBe(address);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://a.b/c',
    '//evil.example',
    '/api/auth/sign-out',
    'a.b',
    '',
  ])('a link may not point to %j', (address) => {
    expect(safeHref(address)).toBeNull();
  });

  test('a safe link always points to http, https or mailto', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((rest) => `javascript:${rest}`),
        ),
        (address) => {
          expect(safeHref(address) ?? 'https:').toMatch(/^(?:https?|mailto):/);
        },
      ),
    );
  });
});

describe('mentions and mail addresses', () => {
  test('mentions and mail addresses are split from the text', () => {
    expect(splitText('hi @Ada.L, mail bob@example.org!')).toEqual([
      { kind: 'text', start: 0, text: 'hi ' },
      { kind: 'mention', start: 3, text: '@Ada.L', handle: 'ada.l' },
      { kind: 'text', start: 9, text: ', mail ' },
      { kind: 'mail', start: 16, text: 'bob@example.org' },
      { kind: 'text', start: 31, text: '!' },
    ]);
  });

  test('splitting loses no text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('@', 'a', '.', '-', ' ', 'b.c', '@x', 'é', '\n')).map((it) => it.join('')),
        (text) => {
          expect(
            splitText(text)
              .map((part) => part.text)
              .join(''),
          ).toBe(text);
        },
      ),
    );
  });
});

describe('emoji-only message', () => {
  test.each(['👍', '👩‍👩‍👧‍👦', '🇩🇪', '👍🏽 🎉', '1️⃣2️⃣3️⃣', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'])('a message of %s alone is emoji-only', (body) => {
    expect(isEmojiOnly(body)).toBe(true);
  });

  test.each(['', ' ', '1', '#', '👍👍👍👍', '👍 ok', ':tada:', '©'])('the message %j is not emoji-only', (body) => {
    expect(isEmojiOnly(body)).toBe(false);
  });
});
