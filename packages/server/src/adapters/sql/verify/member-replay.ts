import type { JoinedEvent, LeftEvent } from '@parley/protocol';
import type { AddFinding } from './findings.ts';
import type { LogSegment } from './log-segment.ts';

/** Who joins and leaves, against the rows of those who are members at the end. */
export class MemberReplay {
  /** Members by the log so far. */
  count = 0;
  readonly #add: AddFinding;
  /** Joinings that no row tells of: each must be followed by a leaving. By user. */
  readonly #unexplained = new Map<string, number>();

  constructor(add: AddFinding) {
    this.#add = add;
  }

  change(event: JoinedEvent | LeftEvent, { members, users }: LogSegment): void {
    const { user, seq } = event;
    if (!users.has(user)) {
      this.#add({ kind: 'unknown-user', seq, detail: `${user}, who ${event.type} at ${seq}, does not exist` });
    }
    const stands = members.get(user) ?? null;
    if (event.type === 'joined') this.#joined(event, stands);
    else this.#left(event, stands);
  }

  end(): void {
    for (const [user, seq] of this.#unexplained) {
      this.#add({
        kind: 'missing-member',
        seq,
        detail: `${user} joined at ${seq}, never left, and has no row of then`,
      });
    }
  }

  #joined({ user, seq }: JoinedEvent, stands: number | null): void {
    this.count += 1;
    const before = this.#unexplained.get(user);
    if (before !== undefined) {
      const detail = `${user} joined at ${seq}, and had joined at ${before} already`;
      this.#add({ kind: 'contradicting-event', seq, detail });
    }
    if (stands !== seq) this.#unexplained.set(user, seq);
  }

  #left({ user, seq }: LeftEvent, stands: number | null): void {
    this.count -= 1;
    const isStale = stands !== null && stands < seq;
    if (isStale) {
      this.#add({ kind: 'extra-member', seq, detail: `${user} left at ${seq}, and the row of ${stands} stands` });
    } else if (!this.#unexplained.delete(user)) {
      this.#add({ kind: 'contradicting-event', seq, detail: `${user} left at ${seq} without being a member` });
    }
  }
}
