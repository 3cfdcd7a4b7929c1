// The parser's work grows with the square of these. The limits are far above what people write, and keep the worst body
// of MAX_BODY_CHARS within a small factor of an ordinary one: parse-cost.test.ts counts the work.
export const MAX_DELIMITERS = 1_000;
export const MAX_BRACKETS = 250;
/** A run of backticks looks for its like to the end of the text: as many searches as there are lengths. */
export const MAX_BACKTICK_LENGTHS = 8;
/** What follows an escaped one is a shorter run, whose like may never come: each of them searches. */
export const MAX_ESCAPED_BACKTICKS = 20;
/** Quotes and lists inside of each other. */
export const MAX_NESTING = 9;
/** Marks behind the first one of their line, in all. */
export const MAX_INNER_MARKS = 300;
/** Quotes one after the other: at the end of each the parser copies all it has found. The copying is native, uncounted work. */
export const MAX_QUOTES = 300;
/** Lines that may belong to the item above them, or not: each asks all of what is above. */
export const MAX_INDENTED_LINES = 250;

/** Places where an address may begin: each looks back as far as the last open bracket. */
export const MAX_ADDRESS_STARTS = 1_500;

/** Would parsing this Markdown take more than linear work? One pass over the text for each limit. */
export function isCostly(text: string): boolean {
  return (
    count(text, /\*+|_+|~+/g) > MAX_DELIMITERS ||
    count(text, /[[<]/g) > MAX_BRACKETS ||
    count(text, /(?<![a-z])[hw]/gi) > MAX_ADDRESS_STARTS ||
    count(text, /\n[ \t]/g) > MAX_INDENTED_LINES ||
    count(text, /\\`/g) > MAX_ESCAPED_BACKTICKS ||
    new Set(text.match(/`+/g)?.map((run) => run.length)).size > MAX_BACKTICK_LENGTHS ||
    nestsTooMuch(text)
  );
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function nestsTooMuch(text: string): boolean {
  let innerMarks = 0;
  let quotes = 0;
  let wasQuoted = false;
  for (const line of text.split('\n')) {
    const { marks, depth } = nesting(line);
    const isQuoted = line.trimStart().startsWith('>');
    innerMarks += Math.max(0, marks - 1);
    if (isQuoted && !wasQuoted) quotes += 1;
    wasQuoted = isQuoted;
    if (depth > MAX_NESTING || innerMarks > MAX_INNER_MARKS || quotes > MAX_QUOTES) return true;
  }
  return false;
}

const MARK = /[ \t]*(?:>|[-+*](?![^ \t])|\d{1,9}[.)](?![^ \t]))/y;

/** How many quotes and lists a line opens, and may be inside of: as many, or what its indentation has room for. */
function nesting(line: string): { readonly marks: number; readonly depth: number } {
  let marks = 0;
  let end = 0;
  MARK.lastIndex = 0;
  while (marks <= MAX_NESTING && MARK.test(line)) {
    marks += 1;
    end = MARK.lastIndex;
  }
  const columns = line.slice(0, end).replaceAll('\t', '    ').length;
  return { marks, depth: Math.max(marks, Math.floor(columns / 2)) };
}
