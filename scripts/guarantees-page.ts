// The figures in docs/guarantees.md that a script writes: each block stands between two comments that name it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../docs/guarantees.md');

/** Replaces what stands between `<!-- name: … -->` and `<!-- end of name -->`. Throws when there is no such block. */
export function writeBlock(name: string, text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const block = new RegExp(`(<!-- ${name}: [^>]* -->\n)[^]*?(<!-- end of ${name} -->)`);
  if (!block.test(page)) throw new Error(`docs/guarantees.md has no block "${name}"`);
  writeFileSync(
    PAGE,
    page.replace(block, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`),
  );
}
