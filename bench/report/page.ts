import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../docs/results/performance.md');
const END = '<!-- to here -->';

/** Writes `text` into docs/results/performance.md, between the start marker of this command and the next end marker. */
export function writePart(command: string, text: string): void {
  const begin = `<!-- Written by \`${command}\`: from here -->`;
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(END, from);
  if (from === -1 || to === -1) throw new Error(`${PAGE} has no markers for ${command}`);
  writeFileSync(PAGE, `${page.slice(0, from + begin.length)}\n\n${text}\n${page.slice(to)}`);
}
