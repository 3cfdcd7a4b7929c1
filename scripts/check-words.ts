// Words that the glossary in CONTRIBUTING.md replaces, and that mean nothing else in this repository, are reported with
// their replacement. They count in prose and as part of a name: `toldMs` contains `told`. Where such a word is meant
// literally, the line or the one before it says so: `words: allow told (quoted from a test message)`.
import { globSync, readFileSync } from 'node:fs';

const REPLACEMENTS: Readonly<Record<string, string>> = {
  anew: 'again',
  deed: 'operation, sent message',
  deeds: 'operations, sent messages',
  dusk: 'quiesce',
  greet: 'initialize (a connection), send `ready`',
  greeted: 'initialized',
  greeting: 'initialization, `ready`',
  greets: 'initializes',
  heard: 'received, subscribed to',
  'let go of': 'release, evict, unload',
  'once more': 'again',
  patience: 'timeout, grace period',
  'perhaps gained': 'membership uncertain',
  surroundings: 'environment, context',
  told: 'published, sent, notified',
  verdict: 'response, result',
  weather: 'fault conditions',
  whoever: 'the client, user or node that …',
  witness: 'recorder, monitor, observer',
};

const PAGES = '**/*.{ts,tsx,mjs,md}';
const IGNORED = /(?:^|\/)(?:node_modules|dist|coverage|\.work)$|^tests\/(?:browser|faults)\/results$/;

/** Files and folders that quote these words, each with the reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': 'contains the glossary',
  'docs/results/': 'generated: the names of mutants, and notes on older commits',
  'scripts/check-words.ts': 'contains the list',
  'scripts/check-words.test.ts': 'plants examples',
  'tests/mutation/': 'the names of mutants appear in published results',
};

/** A word of prose or one hump of a name in camelCase. */
const WORD = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g;
const LITERAL = /words: allow ([\w ]+) \(.+\)/i;

const problems = globSync(PAGES, { exclude: (path) => IGNORED.test(path) })
  .filter((file) => !Object.keys(ALLOWED).some((allowed) => file.startsWith(allowed)))
  .flatMap(problemsIn);
for (const problem of problems) console.error(problem);
console.log(`${problems.length} words that the glossary replaces`);
process.exitCode = problems.length > 0 ? 1 : 0;

function problemsIn(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const marked = [line, lines[index - 1] ?? ''].map((text) => LITERAL.exec(text)?.[1]?.toLowerCase());
    const literal = new Set(marked);
    return wordsIn(line)
      .filter((word) => !literal.has(word))
      .map((word) => `${file}:${index + 1}: "${word}" → ${REPLACEMENTS[word]}`);
  });
}

/** The words of a line that are on the list, phrases included. A comment with a phrase over two lines is not found. */
function wordsIn(line: string): string[] {
  const words = [...line.matchAll(WORD)].map(([word]) => word.toLowerCase());
  const text = ` ${words.join(' ')} `;
  return Object.keys(REPLACEMENTS).filter((word) => text.includes(` ${word} `));
}
