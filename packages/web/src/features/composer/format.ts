/** Replaces the range `from` to `to` by `insert`, then selects `start` to `end`. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

export interface Selected {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type Formatter = (selected: Selected) => Change;

const FORMATTERS = {
  bold: (selected) => surround(selected, '**'),
  italic: (selected) => surround(selected, '_'),
  strike: (selected) => surround(selected, '~~'),
  code: (selected) => surround(selected, '`'),
  'code-block': (selected) => fence(selected),
  link: (selected) => link(selected),
  quote: (selected) => prefix(selected, () => '> '),
  list: (selected) => prefix(selected, () => '- '),
  numbers: (selected) => prefix(selected, (line) => `${line + 1}. `),
} satisfies Record<string, Formatter>;

export type Format = keyof typeof FORMATTERS;

/** Applies a format to the selection. Applying `bold`, `italic` and the like a second time removes it. */
export const applyFormat = (format: Format, selected: Selected): Change => FORMATTERS[format](selected);

function surround({ text, start, end }: Selected, mark: string): Change {
  const inner = text.slice(start, end);
  const isMarked = text.slice(start - mark.length, start) === mark && text.slice(end, end + mark.length) === mark;
  if (isMarked && start >= mark.length) {
    const from = start - mark.length;
    return { from, to: end + mark.length, insert: inner, start: from, end: from + inner.length };
  }
  // Markdown has no emphasis with a space inside its marks.
  const lead = inner.length - inner.trimStart().length;
  const core = inner.trim();
  const insert = inner.slice(0, lead) + mark + core + mark + inner.slice(lead + core.length);
  const at = start + lead + mark.length;
  return { from: start, to: end, insert, start: at, end: at + core.length };
}

function fence({ text, start, end }: Selected): Change {
  const inner = text.slice(start, end);
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n';
  const after = end === text.length || text[end] === '\n' ? '' : '\n';
  const at = start + before.length + '```\n'.length;
  return {
    from: start,
    to: end,
    insert: `${before}\`\`\`\n${inner}\n\`\`\`${after}`,
    start: at,
    end: at + inner.length,
  };
}

function link({ text, start, end }: Selected): Change {
  const inner = text.slice(start, end);
  if (/^https?:\/\/\S+$/.test(inner)) {
    return { from: start, to: end, insert: `[](${inner})`, start: start + 1, end: start + 1 };
  }
  const at = start + inner.length + '[]('.length;
  return { from: start, to: end, insert: `[${inner}](https://)`, start: at, end: at + 'https://'.length };
}

const PREFIX = /^(?:> |- |\d+\. )/;

function prefix({ text, start, end }: Selected, mark: (line: number) => string): Change {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const to = lineEnd === -1 ? text.length : lineEnd;
  const lines = text.slice(from, to).split('\n');
  const isMarked = lines.every((line, index) => line.startsWith(mark(index)));
  const insert = lines.map((line, index) => (isMarked ? '' : mark(index)) + line.replace(PREFIX, '')).join('\n');
  const isPoint = start === end;
  return { from, to, insert, start: isPoint ? from + insert.length : from, end: from + insert.length };
}
