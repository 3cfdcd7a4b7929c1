import { Session } from 'node:inspector';
import { MAX_BODY_CHARS } from '@parley/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  MAX_ADDRESS_STARTS,
  MAX_BACKTICK_LENGTHS,
  MAX_BRACKETS,
  MAX_DELIMITERS,
  MAX_ESCAPED_BACKTICKS,
  MAX_INDENTED_LINES,
  MAX_INNER_MARKS,
  MAX_NESTING,
  MAX_QUOTES,
} from './cost-limit.ts';
import { parseBody } from './parse-body.ts';

// Counts work instead of time: how often V8 entered each block of the parser's code. The same input always costs the same.
const session = new Session();

function post(method: string, params: object = {}): unknown {
  let response: unknown;
  session.post(method, params, (error, result) => {
    if (error !== null) throw error;
    response = result;
  });
  return response;
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

let serial = 0;

function work(body: string): number {
  serial += 1;
  post('Profiler.takePreciseCoverage');
  // Makes each body unique, so that none is cached.
  parseBody(`${body}\n\n${serial}`);
  const { result } = post('Profiler.takePreciseCoverage') as Coverage;
  return result
    .filter(({ url }) => /micromark|mdast|unist|features\/markdown/.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

beforeAll(() => {
  session.connect();
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
});

afterAll(() => {
  session.disconnect();
});

const fill = (piece: string, chars: number): string => piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);
const halves = (left: string, right: string) => (chars: number) => fill(left, chars / 2) + fill(right, chars / 2);
const staircase = (piece: string, rest: string) => (chars: number) => {
  let text = '';
  for (let step = 1; text.length < chars; step += 1) text += piece.repeat(step) + rest;
  return text.slice(0, chars);
};

const ATTACKS: Record<string, (chars: number) => string> = {
  'emphasis that never closes': (chars) => fill('*a_ ', chars),
  'emphasis inside words': (chars) => fill('a*b', chars),
  'strong that never closes': (chars) => fill('**a', chars),
  'emphasis opened, then closed': halves('*a_', 'a_*'),
  strikethrough: (chars) => fill('~~a*', chars),
  'open brackets': (chars) => fill('[', chars),
  'empty brackets': (chars) => fill('[]', chars),
  'nested links': halves('[', '](x)'),
  'links without an end': (chars) => fill('[a](', chars),
  'titles without an end': (chars) => fill('[a](b "', chars),
  'image openings': (chars) => fill('![[[', chars),
  'parentheses in an address': (chars) => `[a](${fill('(', chars)}`,
  'deep quotes': (chars) => fill('>', chars),
  'deep quotes, then lazy lines': halves('>', '\na'),
  'ever deeper quotes': staircase('>', 'a\n'),
  'many quotes': (chars) => fill('>\n\n', chars),
  'many quoted lines': (chars) => fill('> a\n', chars),
  'nested lists on one line': (chars) => fill('* ', chars),
  'nested numbered lists': (chars) => fill('1. ', chars),
  'ever deeper lists': staircase('  ', '- a\n'),
  'many deep list items': (chars) => fill('- - - - a\n', chars),
  'lines that may belong to an item': (chars) => `- ${fill('@ ', chars / 2)}${fill('\n  #', chars / 2)}`,
  'lists in quotes': (chars) => fill('> - ', chars),
  'many list items': (chars) => fill('- a\n', chars),
  'many empty list items': (chars) => fill('-\n', chars),
  'one backtick run': (chars) => fill('`', chars),
  'ever longer backtick runs': staircase('`', ' '),
  'backtick runs that begin with an escaped one': (chars) => fill('\\```', chars),
  'ever longer fences': staircase('`', '\n'),
  'fences in quotes': (chars) => fill('> ```\n', chars),
  'half addresses': (chars) => fill('http://', chars),
  'host names without an end': (chars) => fill('www.', chars),
  'mail addresses': (chars) => fill('a@', chars),
  'mail addresses of punctuation': (chars) => fill('-.+_', chars),
  'an address with punctuation behind it': (chars) => `http://a.b/${fill('.,)', chars)}`,
  'angle brackets': (chars) => fill('<a@b', chars),
  HTML: (chars) => fill('<!--<![CDATA[', chars),
  escapes: (chars) => fill('\\\n', chars),
  'spaces before line ends': (chars) => fill('a    \n', chars),
  paragraphs: (chars) => fill('a\n\n', chars),
  ampersands: (chars) => fill('&#x', chars),
};

/** The largest input of each attack that the cost check accepts, followed by prose up to the full length. */
const PROSE = 'Some words that mean no harm. ';
const WITHIN_LIMITS: Record<string, string> = {
  'emphasis that never closes': fill('*a_ ', MAX_DELIMITERS * 2),
  'emphasis inside words': fill('a*', MAX_DELIMITERS * 2),
  'strong and struck that never close': fill('**a~~', MAX_DELIMITERS * 2.5),
  'emphasis opened, then closed': fill('*a_', MAX_DELIMITERS * 0.75) + fill('a_*', MAX_DELIMITERS * 0.75),
  'open brackets': fill('[', MAX_BRACKETS),
  'addresses behind an open bracket': `[${fill('h ', MAX_ADDRESS_STARTS)}`,
  'nested links': fill('[', MAX_BRACKETS) + fill('](x)', MAX_BRACKETS * 4),
  'emphasis in nested links': fill('[*', MAX_BRACKETS * 2) + fill('_](x)', MAX_BRACKETS * 5),
  'ever longer backtick runs': Array.from({ length: MAX_BACKTICK_LENGTHS }, (_, index) => '`'.repeat(index + 1)).join(
    ' ',
  ),
  'quotes one after the other': fill('>\n\n', MAX_QUOTES * 3),
  'escaped backticks': fill('\\```', MAX_ESCAPED_BACKTICKS * 4),
  'deep quotes': fill(`${'>'.repeat(MAX_NESTING)} a\n`, MAX_INNER_MARKS),
  'deep lists': fill(`${'- '.repeat(4)}a\n`, MAX_INNER_MARKS * 2),
  'lines that may belong to an item': `- ${fill('@ ', 9_000)}${fill('\n  #', MAX_INDENTED_LINES * 4)}`,
};

/** Block entries per character that no body may exceed. An ordinary one takes about 60. */
const MAX_WORK_PER_CHAR = 900;

describe('parsing cost', () => {
  test.each(Object.entries(ATTACKS))('the cost grows no faster than the body: %s', (_, attack) => {
    const half = work(attack(MAX_BODY_CHARS / 2));
    const whole = work(attack(MAX_BODY_CHARS));
    // Twice the text may cost twice the work. Small absolute differences come from the fallback to plain text.
    expect(whole).toBeLessThan(2.3 * half + 20_000);
    expect(whole / MAX_BODY_CHARS).toBeLessThan(MAX_WORK_PER_CHAR);
  });

  test.each(Object.entries(WITHIN_LIMITS))('the cost is bounded just below the limits: %s', (_, attack) => {
    const body = `${attack}\n${fill(PROSE, MAX_BODY_CHARS - attack.length)}`;
    expect(parseBody(body)[0]?.kind).toBe('markdown');
    expect(work(body) / MAX_BODY_CHARS).toBeLessThan(MAX_WORK_PER_CHAR);
  });

  test('the cost is bounded for any mixture of marks', () => {
    const piece = fc.array(
      fc.constantFrom(
        ...'*_~`[]()<>!\\ \n\t-+1.:@/&#aé'.split(''),
        'www.',
        'http://',
        '**',
        '~~',
        '```',
        '> ',
        '- ',
        '](x)',
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 3 }), (pieces) => {
        const share = Math.ceil(MAX_BODY_CHARS / pieces.length);
        const body = pieces.map((marks) => fill(marks.join(''), share)).join('');
        expect(work(body.slice(0, MAX_BODY_CHARS)) / MAX_BODY_CHARS).toBeLessThan(MAX_WORK_PER_CHAR);
      }),
      { numRuns: 20 },
    );
  });

  test('an ordinary long message costs less than a quarter of the bound', () => {
    const prose = fill(
      'The quick *brown* fox jumps over [the lazy dog](https://example.com/dog), **again**.\n',
      MAX_BODY_CHARS,
    );
    expect(parseBody(prose)[0]?.kind).toBe('markdown');
    expect(work(prose) / MAX_BODY_CHARS).toBeLessThan(MAX_WORK_PER_CHAR / 4);
  });
});
