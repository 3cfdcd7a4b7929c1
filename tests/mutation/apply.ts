import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

/** The contents of the files that a mutant changes. Throws if a text does not occur exactly once: the mutant is outdated. */
export function mutated({ name, file, find, replace, also }: Mutant, root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const change of [{ file, find, replace }, ...(also === undefined ? [] : [{ file, ...also }])]) {
    const text = files.get(change.file) ?? readFileSync(join(root, change.file), 'utf8');
    const pieces = text.split(change.find);
    if (pieces.length !== 2) {
      throw new Error(`the text of "${name}" occurs ${pieces.length - 1} times in ${change.file}`);
    }
    files.set(change.file, pieces.join(change.replace));
  }
  return files;
}

/** Applies the mutant to the tree below `root`. Returns its undo. */
export function applyMutant(mutant: Mutant, root: string): () => void {
  const before = new Map<string, string>();
  for (const [file, text] of mutated(mutant, root)) {
    before.set(file, readFileSync(join(root, file), 'utf8'));
    writeFileSync(join(root, file), text);
  }
  return () => {
    for (const [file, text] of before) writeFileSync(join(root, file), text);
  };
}
