import type { Readable } from '@parley/client';

export interface Draft {
  readonly text: string;
  /** The selection, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

export const NO_DRAFT: Draft = { text: '', start: 0, end: 0 };

const SAVE_DELAY_MS = 400;
/** The number of dismissed or replaced texts kept per conversation, newest first. */
export const MAX_UNSENT_TEXTS = 20;

export interface DraftsDeps {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Runs a task later. Returns a function that cancels it. */
  readonly after: (delayMs: number, task: () => void) => () => void;
}

/** Drafts of a user by conversation. They survive a reload; without storage they last as long as the page. */
export class Drafts {
  readonly #deps: DraftsDeps;
  readonly #user: string;
  readonly #drafts = new Map<string, Draft>();
  readonly #unsentTexts = new Map<string, readonly string[]>();
  readonly #unsaved = new Map<string, () => void>();
  readonly #listeners = new Set<() => void>();

  constructor(user: string, deps: DraftsDeps) {
    this.#user = user;
    this.#deps = deps;
  }

  /** The draft of a conversation as an observable value. */
  draft(conversation: string): Readable<Draft> {
    return this.#readable(() => this.read(conversation));
  }

  /** The dismissed texts of a conversation, newest first. */
  unsentTexts(conversation: string): Readable<readonly string[]> {
    return this.#readable(() => this.#readUnsentTexts(conversation));
  }

  read(conversation: string): Draft {
    const known = this.#drafts.get(conversation) ?? parseDraft(this.#load(this.#key('draft', conversation)));
    this.#drafts.set(conversation, known);
    return known;
  }

  write(conversation: string, draft: Draft): void {
    this.#drafts.set(conversation, draft);
    this.#unsaved.get(conversation)?.();
    this.#unsaved.set(
      conversation,
      this.#deps.after(SAVE_DELAY_MS, () => this.#save(conversation)),
    );
    this.#changed();
  }

  /** Adds a text to the dismissed ones. */
  addUnsentText(conversation: string, text: string): void {
    if (text.trim() === '') return;
    const others = this.#readUnsentTexts(conversation).filter((other) => other !== text);
    this.#setUnsentTexts(conversation, [text, ...others].slice(0, MAX_UNSENT_TEXTS));
  }

  /** Moves a dismissed text into the composer, whose current text takes its place. */
  restore(conversation: string, text: string): void {
    const before = this.read(conversation).text;
    if (before !== text) this.addUnsentText(conversation, before);
    this.#setUnsentTexts(
      conversation,
      this.#readUnsentTexts(conversation).filter((other) => other !== text),
    );
    this.write(conversation, { text, start: text.length, end: text.length });
  }

  /** Stores all pending drafts, because the page may be closed. */
  flush(): void {
    for (const conversation of this.#unsaved.keys()) this.#save(conversation);
  }

  #readUnsentTexts(conversation: string): readonly string[] {
    const known = this.#unsentTexts.get(conversation) ?? parseUnsentTexts(this.#load(this.#key('kept', conversation)));
    this.#unsentTexts.set(conversation, known);
    return known;
  }

  #setUnsentTexts(conversation: string, unsentTexts: readonly string[]): void {
    this.#unsentTexts.set(conversation, unsentTexts);
    this.#store(this.#key('kept', conversation), unsentTexts.length === 0 ? null : unsentTexts);
    this.#changed();
  }

  #save(conversation: string): void {
    this.#unsaved.get(conversation)?.();
    this.#unsaved.delete(conversation);
    const draft = this.read(conversation);
    this.#store(this.#key('draft', conversation), draft.text === '' ? null : draft);
  }

  #key(what: 'draft' | 'kept', conversation: string): string {
    return `parley.${what}.${this.#user}.${conversation}`;
  }

  #load(key: string): unknown {
    try {
      return JSON.parse(this.#deps.storage.getItem(key) ?? 'null');
    } catch {
      return null;
    }
  }

  #store(key: string, value: object | null): void {
    try {
      if (value === null) this.#deps.storage.removeItem(key);
      else this.#deps.storage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage is full or forbidden: the draft lasts as long as the page.
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #readable<T>(get: () => T): Readable<T> {
    return {
      get,
      subscribe: (changed) => {
        this.#listeners.add(changed);
        return () => this.#listeners.delete(changed);
      },
    };
  }
}

function parseDraft(stored: unknown): Draft {
  if (typeof stored !== 'object' || stored === null || !('text' in stored)) return NO_DRAFT;
  const { text } = stored;
  if (typeof text !== 'string') return NO_DRAFT;
  const at = (name: 'start' | 'end'): number => {
    const value: unknown = name in stored ? (stored as Record<string, unknown>)[name] : null;
    return typeof value === 'number' && value >= 0 && value <= text.length ? value : text.length;
  };
  return { text, start: at('start'), end: at('end') };
}

function parseUnsentTexts(stored: unknown): readonly string[] {
  return Array.isArray(stored)
    ? stored.filter((one): one is string => typeof one === 'string').slice(0, MAX_UNSENT_TEXTS)
    : [];
}
