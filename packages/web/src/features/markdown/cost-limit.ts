// The parser's work grows with the square of these. The limits are far above what people write, and keep the worst body
// of MAX_BODY_CHARS within a small factor of an ordinary one: parse-cost.test.ts counts the work.
export const MAX_DELIMITERS = 1_000;
export const MAX_BRACKETS = 250;
/** A backtick run is matched by a search to the end of the text, once for each length. */
export const MAX_BACKTICK_LENGTHS = 8;
/** A backtick run after an escaped backtick is one shorter and may have no match. Each searches the rest of the text. */
export const MAX_ESCAPED_BACKTICKS = 20;
/** Quotes and lists inside each other. */
export const MAX_NESTING = 9;
/** Container markers in total, without the first one of each line. */
export const MAX_INNER_MARKS = 300;
/** Separate quotes: at the end of each the parser copies all events so far, which is native work that no test counts. */
export const MAX_QUOTES = 300;
/** Indented lines may continue the item above. Each checks all open containers. */
export const MAX_INDENTED_LINES = 250;

/** Positions where an address may start. Each looks back to the last open bracket. */
export const MAX_ADDRESS_STARTS = 1_500;

/** Whether parsing this Markdown may take more than linear time. Makes one pass over the text per limit. */
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

/** How many containers a line opens, and how deep it may be nested: by its markers or by its indentation. */
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
