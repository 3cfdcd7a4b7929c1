import type { JoinedEvent, LeftEvent } from '@parley/protocol';
import type { AddFinding } from './findings.ts';
import type { LogSegment } from './log-segment.ts';

/** Replays the joins and leaves of a channel, and compares them with the rows of its members at the end of the log. */
export class MemberReplay {
  /** Members by the log so far. */
  count = 0;
  readonly #add: AddFinding;
  /** Joins without a row: a `left` must follow each of them. By user. */
  readonly #unmatched = new Map<string, number>();

  constructor(add: AddFinding) {
    this.#add = add;
  }

  change(event: JoinedEvent | LeftEvent, { members, users }: LogSegment): void {
    const { user, seq } = event;
    if (!users.has(user)) {
      this.#add({ kind: 'unknown-user', seq, detail: `${user}, who ${event.type} at ${seq}, does not exist` });
    }
    const current = members.get(user) ?? null;
    if (event.type === 'joined') this.#joined(event, current);
    else this.#left(event, current);
  }

  end(): void {
    for (const [user, seq] of this.#unmatched) {
      this.#add({
        kind: 'missing-member',
        seq,
        detail: `${user} joined at ${seq}, never left, and has no row`,
      });
    }
  }

  #joined({ user, seq }: JoinedEvent, current: number | null): void {
    this.count += 1;
    const before = this.#unmatched.get(user);
    if (before !== undefined) {
      const detail = `${user} joined at ${seq}, and had already joined at ${before}`;
      this.#add({ kind: 'contradicting-event', seq, detail });
    }
    if (current !== seq) this.#unmatched.set(user, seq);
  }

  #left({ user, seq }: LeftEvent, current: number | null): void {
    this.count -= 1;
    const isStale = current !== null && current < seq;
    if (isStale) {
      this.#add({
        kind: 'extra-member',
        seq,
        detail: `${user} left at ${seq}, and the row of ${current} is still there`,
      });
    } else if (!this.#unmatched.delete(user)) {
      this.#add({ kind: 'contradicting-event', seq, detail: `${user} left at ${seq} without being a member` });
    }
  }
}
