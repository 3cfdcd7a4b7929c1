import type { Entry, Log, MessageState } from './records.ts';

/** The entries read from one channel's log, and the messages that follow from them. */
export class ChannelLog {
  /** The entry with `seq` is at `seq - 1`. */
  readonly entries: Entry[] = [];
  /** In the order of their seq. */
  readonly #messages = new Map<string, MessageState>();
  /** The history line of the last read. Later records were never compared with the log. */
  readLine = 0;

  get messages(): readonly MessageState[] {
    return [...this.#messages.values()];
  }

  has(message: string): boolean {
    return this.#messages.has(message);
  }

  /** Adds a read of the log. Calls `differs` for each entry that an earlier read returned differently. */
  read(log: Log, differs: (before: Entry, now: Entry | null) => void): void {
    const read = new Map(log.entries.map((entry) => [entry.seq, entry]));
    for (const before of this.entries.slice(log.after)) {
      const now = read.get(before.seq) ?? null;
      if (now === null || !isSameEntry(before, now)) differs(before, now);
    }
    for (const entry of log.entries) {
      if (entry.seq === this.entries.length + 1) this.#append(entry);
    }
  }

  #append(entry: Entry): void {
    this.entries.push(entry);
    const { kind, id, text, seq } = entry;
    const message = this.#messages.get(id);
    const isErased = message?.text === null;
    if (kind === 'message' && message === undefined) this.#messages.set(id, { id, seq, text });
    if (message === undefined || isErased) return;
    if (kind === 'edited') this.#messages.set(id, { ...message, text });
    if (kind === 'deleted') this.#messages.set(id, { ...message, text: null });
  }
}

/** Ignores texts that were erased by a deletion. */
export function isSameEntry(one: Entry, other: Entry): boolean {
  const isSameText = one.text === null || other.text === null || one.text === other.text;
  return one.seq === other.seq && one.kind === other.kind && one.id === other.id && isSameText;
}

export function isSameState(one: MessageState | undefined, other: MessageState | undefined): boolean {
  return one?.id === other?.id && one?.seq === other?.seq && one?.text === other?.text;
}
