import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, 'check-words.ts');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-words-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('word check', () => {
  test('accepts words that only contain a listed one', () => {
    write(
      'log.ts',
      '// Notify the client again. Wholesale, retold, undeadly, overheard.\nconst soldMs = weathered();\n',
    );
    expect(check()).toEqual({ status: 0, problems: [] });
  });

  test('reports file, line and replacement of a planted word, in code and in docs', () => {
    write('log.ts', 'const one = 1;\n// Whoever connects is told.\n');
    write('docs/page.md', 'The client starts\nanew.\n');
    expect(check()).toEqual({
      status: 1,
      problems: [
        'docs/page.md:2: "anew" → again',
        'log.ts:2: "told" → published, sent, notified',
        'log.ts:2: "whoever" → the client, user or node that …',
      ],
    });
  });

  test('reports a listed word inside a name, and a phrase', () => {
    write('view.tsx', 'const lastHeardMs = 1;\nfunction letGoOf() {}\n// Tries once more.\n');
    expect(check().problems).toEqual([
      'view.tsx:1: "heard" → received, subscribed to',
      'view.tsx:2: "let go of" → release, evict, unload',
      'view.tsx:3: "once more" → again',
    ]);
  });

  test('accepts a word that the line or the line before marks as literal, and no other word there', () => {
    write('a.ts', "send('told'); // words: allow told (the text of a message)\n");
    write('b.md', '<!-- words: allow weather (a fork label) -->\nThe fork is called `weather`.\n');
    expect(check().status).toBe(0);
    write('a.ts', "send('told', 'heard'); // words: allow told (the text of a message)\n");
    expect(check().problems).toEqual(['a.ts:1: "heard" → received, subscribed to']);
  });

  test('ignores installed packages and built files', () => {
    write('node_modules/a/index.ts', '// told\n');
    write('packages/web/dist/index.ts', '// told\n');
    expect(check().status).toBe(0);
  });
});

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function check() {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT], { cwd: folder, encoding: 'utf8' });
  return { status, problems: stderr.split('\n').filter(Boolean).toSorted() };
}
