import type { Entry, Log, MessageState } from './records.ts';

/** What was read of one channel's log, and what its messages are because of it. */
export class ChannelLog {
  /** The entry with `seq` is at `seq - 1`. */
  readonly entries: Entry[] = [];
  /** In the order of their seq. */
  readonly #messages = new Map<string, MessageState>();
  /** What the last reading from the very beginning reached; 0 before there was one. */
  wholeTo = 0;
  /** The line of the history with the last reading. What is known from later ones was never looked for. */
  readLine = 0;

  get messages(): readonly MessageState[] {
    return [...this.#messages.values()];
  }

  has(message: string): boolean {
    return this.#messages.has(message);
  }

  /** Takes a reading in. `differs` hears of each place that another reading told otherwise. */
  read(log: Log, differs: (before: Entry, now: Entry | null) => void): void {
    const told = new Map(log.entries.map((entry) => [entry.seq, entry]));
    for (const before of this.entries.slice(log.after)) {
      const now = told.get(before.seq) ?? null;
      if (now === null || !isSameEntry(before, now)) differs(before, now);
    }
    for (const entry of log.entries) {
      if (entry.seq === this.entries.length + 1) this.#append(entry);
    }
    if (log.after === 0) this.wholeTo = log.lastSeq;
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

/** The text of a deleted message is nowhere, so it is not compared. */
export function isSameEntry(one: Entry, other: Entry): boolean {
  const isSameText = one.text === null || other.text === null || one.text === other.text;
  return one.seq === other.seq && one.kind === other.kind && one.id === other.id && isSameText;
}

export function isSameState(one: MessageState | undefined, other: MessageState | undefined): boolean {
  return one?.id === other?.id && one?.seq === other?.seq && one?.text === other?.text;
}
