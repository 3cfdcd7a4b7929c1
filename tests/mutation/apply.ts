import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

/** The files of a mutant with its mistake made. Throws when a text is not there exactly once: the mutant is out of date. */
export function mutated({ name, file, find, replace, also }: Mutant, root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const change of [{ file, find, replace }, ...(also === undefined ? [] : [{ file, ...also }])]) {
    const text = files.get(change.file) ?? readFileSync(join(root, change.file), 'utf8');
    const pieces = text.split(change.find);
    if (pieces.length !== 2) throw new Error(`"${name}" finds its text ${pieces.length - 1} times in ${change.file}`);
    files.set(change.file, pieces.join(change.replace));
  }
  return files;
}

/** Makes the mistake in the tree below `root`. Returns its undo. */
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
