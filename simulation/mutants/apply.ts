import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

/** The file of a mutant with its mistake made. Throws when a text is not there exactly once: the mutant is out of date. */
export function mutated({ name, file, find, replace, also }: Mutant, root: string): string {
  const changes = also === undefined ? [{ find, replace }] : [{ find, replace }, also];
  return changes.reduce(
    (text, change) => {
      const pieces = text.split(change.find);
      if (pieces.length !== 2) throw new Error(`"${name}" finds its text ${pieces.length - 1} times in ${file}`);
      return pieces.join(change.replace);
    },
    readFileSync(join(root, file), 'utf8'),
  );
}

/** Makes the mistake in the tree below `root`. Returns its undo. */
export function applyMutant(mutant: Mutant, root: string): () => void {
  const path = join(root, mutant.file);
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(mutant, root));
  return () => writeFileSync(path, before);
}
