import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'check-commit-message.mjs');
const ENV = {
  ...process.env,
  GIT_DIR: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_WORK_TREE: undefined,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

let repository = '';
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'parley-commits-'));
  git('init', '--quiet');
  commit('Start', 'one line');
});
afterEach(() => rmSync(repository, { recursive: true }));

describe('commit message check, one message', () => {
  test.each([
    'server: Refuse a send that reuses another author’s id.',
    'client, web: Show the reason of a failed edit.\n\nIt was hidden until the next reconnect.',
    'docs: Focus on the first run.\n# a comment of git that is much longer than what a line of a body may be, so it has to be stripped first',
    'fixup! server: Refuse a send.',
    'Revert "server: Refuse a send."',
  ])('accepts %j', (message) => {
    expect(checkFile(message)).toEqual({ status: 0, output: '' });
  });

  test.each([
    ['Refuse a send.', 'does not begin with an area'],
    ['server: refuse a send.', 'capital letter'],
    ['server: Refuse a send', 'full stop'],
    ['server: Refuses a send.', 'no imperative'],
    ['server: Refused a send.', 'no imperative'],
    ['server: Who connects waits.', 'no imperative'],
    [`server: Refuse ${'x'.repeat(60)}.`, 'more than 72'],
    ['server: Refuse a send.\nat once', 'second line is not empty'],
    [`server: Refuse a send.\n\n${'word '.repeat(30)}`, 'more than 100 characters'],
  ])('refuses %j', (message, problem) => {
    const { status, output } = checkFile(message);
    expect(status).toBe(1);
    expect(output).toContain(problem);
  });

  test('accepts long lines that quote output or contain an address', () => {
    const long = 'x'.repeat(120);
    expect(checkFile(`server: Refuse a send.\n\n    ${long}\nhttps://example.org/${long}`).status).toBe(0);
  });
});

describe('commit message check, a range', () => {
  test('reports each bad commit of the range and none before it', () => {
    commit('server: Refuse a send.', 'two');
    commit('now it works', 'three');
    const { status, output } = check('HEAD~2..HEAD');
    expect(status).toBe(1);
    expect(output).toContain('now it works');
    expect(output).not.toContain('Refuse a send');
    expect(output).not.toContain('Start');
    expect(check('HEAD~2..HEAD~1').status).toBe(0);
  });

  test('requires a body for a commit of many lines', () => {
    commit('server: Refuse a send.', 'line\n'.repeat(50));
    expect(check('HEAD~1..HEAD').output).toContain('need a body');
    commit('server: Refuse a send.\n\nIt reused an id.', 'other line\n'.repeat(50));
    expect(check('HEAD~1..HEAD').status).toBe(0);
  });

  test('refuses a fixup that was not squashed', () => {
    commit('fixup! server: Refuse a send.', 'two');
    expect(check('HEAD~1..HEAD').output).toContain('autosquash');
  });
});

function checkFile(message: string) {
  writeFileSync(join(repository, 'message'), message);
  return check('--file', 'message');
}

function check(...args: string[]) {
  const { status, stderr } = spawnSync('node', [SCRIPT, ...args], { cwd: repository, env: ENV, encoding: 'utf8' });
  return { status, output: stderr };
}

function commit(message: string, content: string): void {
  writeFileSync(join(repository, 'file'), content);
  git('add', 'file');
  git('commit', '--quiet', '--message', message);
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: repository, env: ENV });
}
