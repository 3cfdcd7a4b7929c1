import { describe, expect, test } from 'vitest';
import { Drafts, MAX_KEPT_TEXTS, NO_DRAFT } from './drafts.ts';

function world() {
  const kept = new Map<string, string>();
  const tasks = new Set<() => void>();
  const parts = {
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
    after: (_delayMs: number, task: () => void) => {
      tasks.add(task);
      return () => tasks.delete(task);
    },
  };
  const passTime = (): void => {
    for (const task of tasks) task();
  };
  return { kept, parts, passTime, open: (user = 'ada') => new Drafts(user, parts) };
}

describe('drafts', () => {
  test('come back with their selection after a reload', () => {
    const { open, passTime } = world();
    open().write('general', { text: 'hello', start: 1, end: 3 });
    passTime();
    expect(open().read('general')).toEqual({ text: 'hello', start: 1, end: 3 });
    expect(open().read('design')).toEqual(NO_DRAFT);
  });

  test('are written down at once when the page goes away', () => {
    const { open } = world();
    const drafts = open();
    drafts.write('general', { text: 'hello', start: 0, end: 0 });
    expect(open().read('general')).toEqual(NO_DRAFT);
    drafts.flush();
    expect(open().read('general').text).toBe('hello');
  });

  test('leave nothing behind once they are sent', () => {
    const { open, passTime, kept } = world();
    const drafts = open();
    drafts.write('general', { text: 'hello', start: 0, end: 0 });
    passTime();
    drafts.write('general', NO_DRAFT);
    passTime();
    expect(kept.size).toBe(0);
  });

  test("are not shown to this browser's next user", () => {
    const { open, passTime } = world();
    open('ada').write('general', { text: 'secret', start: 0, end: 0 });
    passTime();
    expect(open('bob').read('general')).toEqual(NO_DRAFT);
  });

  test('that are broken, or of another version, are none', () => {
    const { open, kept } = world();
    for (const broken of ['{', '7', '{"text":7}', 'null', '[]']) {
      kept.set('parley.draft.ada.general', broken);
      expect(open().read('general')).toEqual(NO_DRAFT);
    }
    kept.set('parley.draft.ada.general', '{"text":"abc","start":99,"end":-1}');
    expect(open().read('general')).toEqual({ text: 'abc', start: 3, end: 3 });
  });

  test('last as long as the page when there is no storage', () => {
    const { parts } = world();
    const refuse = (): never => {
      throw new Error('denied');
    };
    const drafts = new Drafts('ada', { ...parts, storage: { getItem: refuse, setItem: refuse, removeItem: refuse } });
    drafts.write('general', { text: 'hello', start: 0, end: 0 });
    drafts.flush();
    expect(drafts.read('general').text).toBe('hello');
  });
});

describe('texts that were dismissed', () => {
  test('are kept, newest first, each once, and not for ever', () => {
    const drafts = world().open();
    for (const text of ['one', 'two', 'one', '  ']) drafts.keep('general', text);
    expect(drafts.kept('general').get()).toEqual(['one', 'two']);
    for (let count = 0; count < 2 * MAX_KEPT_TEXTS; count += 1) drafts.keep('general', `text ${count}`);
    expect(drafts.kept('general').get()).toHaveLength(MAX_KEPT_TEXTS);
  });

  test('outlive the page', () => {
    const { open } = world();
    open().keep('general', 'one');
    expect(open().kept('general').get()).toEqual(['one']);
  });

  test('go back into the composer, which keeps what it held', () => {
    const drafts = world().open();
    drafts.keep('general', 'old');
    drafts.write('general', { text: 'half a thought', start: 0, end: 0 });
    drafts.restore('general', 'old');
    expect(drafts.read('general')).toEqual({ text: 'old', start: 3, end: 3 });
    expect(drafts.kept('general').get()).toEqual(['half a thought']);
  });

  test('tell whoever shows them', () => {
    const drafts = world().open();
    let changes = 0;
    const stop = drafts.draft('general').subscribe(() => (changes += 1));
    drafts.write('general', { text: 'a', start: 1, end: 1 });
    expect(changes).toBe(1);
    stop();
    drafts.write('general', NO_DRAFT);
    expect(changes).toBe(1);
  });
});
