// Every rule of docs/protocol.md is cited by a test, and every cited rule exists. A rule is a list item or table row
// that begins with its id, **[HS3]**; a test cites it at the start of its title, `[HS3] …`.
import { globSync, readFileSync } from 'node:fs';

const SPEC = 'docs/protocol.md';
const RULE = /^\s*(?:[-*|]|\d+\.)\s*\**\[([A-Z]{2,3}\d+)\]/gm;
const CITATION = /['"`]((?:\[[A-Z]{2,3}\d+\]\s*)+)(?=[^'"`])/g;
const TESTS = ['packages/*/src/**/*.test.{ts,tsx}', 'packages/testkit/src/**/*.ts', 'tests/**/*.{test,spec}.ts'];

const rules = [...readFileSync(SPEC, 'utf8').matchAll(RULE)].map(([, id]) => id ?? '');
const citations = globSync(TESTS).flatMap(citationsIn);
const cited = new Set(citations.map(({ id }) => id));

const problems = [
  ...rules.filter((id, index) => rules.indexOf(id) !== index).map((id) => `[${id}] is defined twice in ${SPEC}`),
  ...rules.filter((id) => !cited.has(id)).map((id) => `[${id}] has no test`),
  ...citations
    .filter(({ id }) => !rules.includes(id))
    .map(({ id, file }) => `[${id}] is not a rule, but ${file} cites it`),
];

for (const problem of problems) console.error(problem);
const tested = rules.filter((id) => cited.has(id)).length;
console.log(`${rules.length} rules, ${tested} with a test, ${citations.length} citations, ${problems.length} problems`);
process.exit(problems.length > 0 || rules.length === 0 ? 1 : 0);

function citationsIn(file: string): { id: string; file: string }[] {
  const titles = [...readFileSync(file, 'utf8').matchAll(CITATION)].map(([, ids]) => ids ?? '');
  return titles.flatMap((ids) => [...ids.matchAll(/[A-Z]+\d+/g)].map(([id]) => ({ id, file })));
}
