import { describe, expect, test } from 'vitest';
import { Drafts, MAX_UNSENT_TEXTS, NO_DRAFT } from './drafts.ts';

function fixture() {
  const stored = new Map<string, string>();
  const tasks = new Set<() => void>();
  const deps = {
    storage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    },
    after: (_delayMs: number, task: () => void) => {
      tasks.add(task);
      return () => tasks.delete(task);
    },
  };
  const passTime = (): void => {
    for (const task of tasks) task();
  };
  return { stored, deps, passTime, open: (user = 'ada') => new Drafts(user, deps) };
}

describe('drafts', () => {
  test('a draft and its selection are restored after a reload', () => {
    const { open, passTime } = fixture();
    open().write('general', { text: 'hello', start: 1, end: 3 });
    passTime();
    expect(open().read('general')).toEqual({ text: 'hello', start: 1, end: 3 });
    expect(open().read('design')).toEqual(NO_DRAFT);
  });

  test('a draft is stored immediately when the page is hidden', () => {
    const { open } = fixture();
    const drafts = open();
    drafts.write('general', { text: 'hello', start: 0, end: 0 });
    expect(open().read('general')).toEqual(NO_DRAFT);
    drafts.flush();
    expect(open().read('general').text).toBe('hello');
  });

  test('a draft that was sent leaves nothing in storage', () => {
    const { open, passTime, stored } = fixture();
    const drafts = open();
    drafts.write('general', { text: 'hello', start: 0, end: 0 });
    passTime();
    drafts.write('general', NO_DRAFT);
    passTime();
    expect(stored.size).toBe(0);
  });

  test('a draft is not shown to the next user of the browser', () => {
    const { open, passTime } = fixture();
    open('ada').write('general', { text: 'secret', start: 0, end: 0 });
    passTime();
    expect(open('bob').read('general')).toEqual(NO_DRAFT);
  });

  test('a stored draft that is invalid is ignored', () => {
    const { open, stored } = fixture();
    for (const broken of ['{', '7', '{"text":7}', 'null', '[]']) {
      stored.set('parley.draft.ada.general', broken);
      expect(open().read('general')).toEqual(NO_DRAFT);
    }
    stored.set('parley.draft.ada.general', '{"text":"abc","start":99,"end":-1}');
    expect(open().read('general')).toEqual({ text: 'abc', start: 3, end: 3 });
  });

  test('a draft lasts as long as the page when storage is not available', () => {
    const { deps } = fixture();
    const refuse = (): never => {
      throw new Error('denied');
    };
    const drafts = new Drafts('ada', { ...deps, storage: { getItem: refuse, setItem: refuse, removeItem: refuse } });
    drafts.write('general', { text: 'hello', start: 0, end: 0 });
    drafts.flush();
    expect(drafts.read('general').text).toBe('hello');
  });
});

describe('unsent texts', () => {
  test('dismissed texts are kept, newest first, unique and limited in number', () => {
    const drafts = fixture().open();
    for (const text of ['one', 'two', 'one', '  ']) drafts.addUnsentText('general', text);
    expect(drafts.unsentTexts('general').get()).toEqual(['one', 'two']);
    for (let count = 0; count < 2 * MAX_UNSENT_TEXTS; count += 1) drafts.addUnsentText('general', `text ${count}`);
    expect(drafts.unsentTexts('general').get()).toHaveLength(MAX_UNSENT_TEXTS);
  });

  test('dismissed texts survive a reload', () => {
    const { open } = fixture();
    open().addUnsentText('general', 'one');
    expect(open().unsentTexts('general').get()).toEqual(['one']);
  });

  test('a restored text replaces the draft, which becomes an unsent text', () => {
    const drafts = fixture().open();
    drafts.addUnsentText('general', 'old');
    drafts.write('general', { text: 'half a thought', start: 0, end: 0 });
    drafts.restore('general', 'old');
    expect(drafts.read('general')).toEqual({ text: 'old', start: 3, end: 3 });
    expect(drafts.unsentTexts('general').get()).toEqual(['half a thought']);
  });

  test('a change of a draft notifies its subscribers', () => {
    const drafts = fixture().open();
    let changes = 0;
    const stop = drafts.draft('general').subscribe(() => (changes += 1));
    drafts.write('general', { text: 'a', start: 1, end: 1 });
    expect(changes).toBe(1);
    stop();
    drafts.write('general', NO_DRAFT);
    expect(changes).toBe(1);
  });
});
