import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGES = globSync('{*,{.github,.devcontainer,bench,deploy,docs,examples,packages,scripts,tests}/**/*}.md', {
  cwd: ROOT,
  exclude: (path) => /(?:^|\/)(?:node_modules|dist|results)$/.test(path) && !path.startsWith('docs/'),
});

/** `[text](target)`, and the `src` of an image in HTML. */
const LINK = /\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g;
/** A path from the root of the repository to a file, in backticks. */
const NAMED_FILE = /`((?:\.github|\.devcontainer|bench|deploy|docs|examples|packages|scripts|tests)\/[\w./@-]+\.\w+)`/g;

describe('docs', () => {
  test('are found', () => {
    expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'docs/protocol.md', 'packages/client/README.md']));
  });

  test.each(PAGES)('%s links only to files and headings of the repository that exist', (page) => {
    const text = withoutCode(read(page));
    const targets = [...text.matchAll(LINK)].map(([, link, image]) => link ?? image ?? '');
    expect(targets.filter((target) => isBroken(page, target))).toEqual([]);
  });

  test.each(PAGES)('%s names only files that exist', (page) => {
    const names = [...withoutBlocks(read(page)).matchAll(NAMED_FILE)].map(([, name = '']) => name);
    expect(names.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});

function isBroken(page: string, target: string): boolean {
  if (/^(?:https?|mailto):/.test(target)) return false;
  const [path = '', heading] = target.split('#');
  const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (relative(ROOT, join(ROOT, file)).startsWith('..') || !existsSync(join(ROOT, file))) return true;
  return heading !== undefined && file.endsWith('.md') && !headingsOf(file).includes(heading);
}

/** The anchors that GitHub makes of the headings. */
function headingsOf(page: string): string[] {
  const headings = [...withoutBlocks(read(page)).matchAll(/^#+ +(.+)$/gm)];
  return headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^( *)```[^]*?^\1```/gm, '');
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '');
}
