/** `line` is the segment's first line in the body, counted from 0. */
export type Segment =
  | { readonly kind: 'markdown'; readonly line: number; readonly text: string }
  /** `language` is the first word behind the opening fence in lower case, or empty. */
  | { readonly kind: 'code'; readonly line: number; readonly language: string; readonly text: string };

const OPENING = /^(`{3,}|~{3,})([^\n]*)$/;
const CLOSING = /^[ \t]*(`{3,}|~{3,})[ \t]*$/;

/**
 * Splits a body at fenced code blocks that start in the first column. The text inside a fence is code whatever it looks
 * like, so only the rest reaches the parser and the cost check. A fence that is never closed extends to the end.
 */
export function splitFences(body: string): Segment[] {
  const segments: Segment[] = [];
  const lines = body.replaceAll(/\r\n?/g, '\n').split('\n');
  let start = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const fence = openingFence(lines[index] ?? '');
    if (fence === null) continue;
    pushMarkdown(segments, lines.slice(start, index), start);
    let end = index + 1;
    while (end < lines.length && !closes(lines[end] ?? '', fence.marker)) end += 1;
    segments.push({
      kind: 'code',
      line: index,
      language: fence.language,
      text: lines.slice(index + 1, end).join('\n'),
    });
    start = end + 1;
    index = end;
  }
  pushMarkdown(segments, lines.slice(start), start);
  return segments;
}

function openingFence(line: string): { readonly marker: string; readonly language: string } | null {
  const match = OPENING.exec(line);
  const marker = match?.[1];
  const info = match?.[2] ?? '';
  // "```code```" on one line is inline code.
  if (marker === undefined || (marker.startsWith('`') && info.includes('`'))) return null;
  return { marker, language: (info.trim().split(/\s/, 1)[0] ?? '').toLowerCase() };
}

function closes(line: string, marker: string): boolean {
  const found = CLOSING.exec(line)?.[1];
  return found !== undefined && found[0] === marker[0] && found.length >= marker.length;
}

function pushMarkdown(segments: Segment[], lines: readonly string[], line: number): void {
  const text = lines.join('\n');
  if (text.trim() !== '') segments.push({ kind: 'markdown', line, text });
}
