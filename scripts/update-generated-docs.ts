// The figures in docs/guarantees.md that a script writes: each block stands between two comments that name it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../docs/guarantees.md');

/** What stands between `<!-- name: … -->` and `<!-- end of name -->`. Throws when there is no such block. */
export function readBlock(name: string): string {
  return findBlock(name, readFileSync(PAGE, 'utf8')).text;
}

/** Replaces it. */
export function writeBlock(name: string, text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const { whole, begin, end } = findBlock(name, page);
  writeFileSync(
    PAGE,
    page.replace(whole, () => `${begin}\n${text}\n\n${end}`),
  );
}

function findBlock(name: string, page: string) {
  const found = new RegExp(`(<!-- ${name}: [^>]* -->)\n([^]*?)(<!-- end of ${name} -->)`).exec(page);
  if (found === null) throw new Error(`docs/guarantees.md has no block "${name}"`);
  const [whole, begin = '', text = '', end = ''] = found;
  return { whole, begin, text, end };
}
