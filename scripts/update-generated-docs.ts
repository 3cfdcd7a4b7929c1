// Blocks of the pages in docs/ that a script writes. Each block stands between two comments that name it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** The text between `<!-- name: … -->` and `<!-- end of name -->`. `page` is relative to the root. Throws without such a block. */
export function readBlock(page: string, name: string): string {
  return findBlock(page, name).text;
}

/** Replaces that text. */
export function writeBlock(page: string, name: string, text: string): void {
  const { whole, content, begin, end } = findBlock(page, name);
  writeFileSync(
    join(ROOT, page),
    content.replace(whole, () => `${begin}\n${text}\n\n${end}`),
  );
}

function findBlock(page: string, name: string) {
  const content = readFileSync(join(ROOT, page), 'utf8');
  const found = new RegExp(`(<!-- ${name}: [^>]* -->)\n([^]*?)(<!-- end of ${name} -->)`).exec(content);
  if (found === null) throw new Error(`${page} has no block "${name}"`);
  const [whole, begin = '', text = '', end = ''] = found;
  return { content, whole, begin, text, end };
}
