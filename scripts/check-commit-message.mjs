// Checks commit messages: `area: Imperative sentence.`, then an empty line, then a body that says why.
//
//   node scripts/check-commit-message.mjs origin/main..HEAD      every commit of the range, as CI does
//   node scripts/check-commit-message.mjs --file FILE            one message, as the hook in .githooks does
//
// Plain JavaScript without dependencies, because a hook runs on the system's Node.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MAX_SUBJECT_CHARS = 72;
const MAX_BODY_CHARS = 100;
/** A commit that changes more lines than this needs a body. */
const MAX_LINES_WITHOUT_BODY = 20;

const SUBJECT = /^[a-z][a-z0-9-]*(?:, [a-z][a-z0-9-]*)*: (\S+)/;
/** First words that begin a description instead of an order. */
const NOT_IMPERATIVE = new Set(
  'a an and any both each every it no now one some that the their there these they this those what when who'.split(' '),
);
/** Imperatives that look like another form of a verb. */
const IMPERATIVE = new Set(
  'alias bring canvas embed exceed feed focus need ping proceed ring seed shed speed string succeed'.split(' '),
);

const [first = '', file = ''] = process.argv.slice(2);
if (first === '' || (first === '--file' && file === '')) {
  console.error('Usage: check-commit-message.mjs RANGE | --file FILE');
  process.exit(2);
}
const commits = first === '--file' ? [fromFile(file)] : fromRange(first);
let failed = 0;
for (const { name, message, changedLines, isFinal } of commits) {
  const problems = problemsOf(message, changedLines, isFinal);
  if (problems.length === 0) continue;
  failed += 1;
  console.error(`${name}: ${message.split('\n')[0]}\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
}
if (failed > 0) console.error('\nCONTRIBUTING.md shows a good message.');
process.exit(failed > 0 ? 1 : 0);

/** What is wrong with a message. Fixups are fine while they are local (`isFinal` is false), and reverts as git words them. */
function problemsOf(message, changedLines, isFinal) {
  const [subject, ...rest] = message.trimEnd().split('\n');
  if (/^(?:Merge|Revert) /.test(subject)) return [];
  if (/^(?:fixup|squash|amend)! /.test(subject)) return isFinal ? ['is to be squashed: git rebase --autosquash'] : [];
  return [...subjectProblems(subject), ...bodyProblems(rest, changedLines)];
}

function subjectProblems(subject) {
  const problems = [];
  if (subject.length > MAX_SUBJECT_CHARS) {
    problems.push(`the subject has ${subject.length} characters, more than ${MAX_SUBJECT_CHARS}`);
  }
  const [, word] = SUBJECT.exec(subject) ?? [];
  if (word === undefined) return [...problems, 'the subject does not begin with an area, such as `client, web: …`'];
  if (/^[a-z]/.test(word)) problems.push('the sentence does not begin with a capital letter');
  if (!isImperative(word.toLowerCase())) problems.push(`"${word}" is no imperative: write an order, such as "Add"`);
  if (!subject.endsWith('.')) problems.push('the sentence does not end with a full stop');
  return problems;
}

function isImperative(word) {
  if (IMPERATIVE.has(word)) return true;
  return !NOT_IMPERATIVE.has(word) && !/(?:ing|ed|[^su]s)$/.test(word);
}

function bodyProblems(rest, changedLines) {
  const problems = [];
  if (rest.length > 0 && rest[0] !== '') problems.push('the second line is not empty');
  const body = rest.filter((line) => line !== '' && !/^[A-Z][a-z-]+-by: /.test(line));
  if (body.length === 0 && changedLines > MAX_LINES_WITHOUT_BODY) {
    problems.push(`${changedLines} changed lines need a body that says why, and why it is safe`);
  }
  // What is indented is quoted output, and an address can't be broken.
  const long = body.filter((line) => line.length > MAX_BODY_CHARS && !/^ {4}|https?:\/\//.test(line));
  for (const line of long) problems.push(`a line has more than ${MAX_BODY_CHARS} characters: ${line.slice(0, 40)}…`);
  return problems;
}

function fromFile(path) {
  const [text = ''] = readFileSync(path, 'utf8').split(/^# -+ >8 -+$/m);
  const message = text.replaceAll(/^#.*\n?/gm, '').trimStart();
  return {
    name: 'commit message',
    message,
    changedLines: countLines(['diff', '--cached', '--numstat']),
    isFinal: false,
  };
}

function fromRange(range) {
  const hashes = git(['rev-list', '--reverse', '--no-merges', range]).split('\n').filter(Boolean);
  return hashes.map((hash) => ({
    name: hash.slice(0, 8),
    message: git(['show', '--no-patch', '--format=%B', hash]),
    changedLines: countLines(['show', '--numstat', '--format=', hash]),
    isFinal: true,
  }));
}

/** Added and removed lines; a binary file counts as none. */
function countLines(args) {
  const counts = git(args).matchAll(/^(\d+)\t(\d+)\t/gm);
  return [...counts].reduce((sum, [, added, removed]) => sum + Number(added) + Number(removed), 0);
}

function git(args) {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
}
