import type { ReactedEvent, UnreactedEvent } from '@parley/protocol';
import type { AddFinding } from './findings.ts';
import type { LogSegment } from './log-segment.ts';
import { reactionKey } from './reactions.ts';

/** Replays the reactions of a channel, and compares them with the rows, which are those at the end of the log. */
export class ReactionReplay {
  readonly #add: AddFinding;
  /** Reactions without a row: an `unreacted` must follow each of them. By `reactionKey`. */
  readonly #unmatched = new Map<string, number>();

  constructor(add: AddFinding) {
    this.#add = add;
  }

  change(event: ReactedEvent | UnreactedEvent, { reactions }: LogSegment): void {
    const { id, emoji, by, seq } = event;
    const key = reactionKey(id, emoji, by);
    const current = reactions.get(key);
    if (event.type === 'reacted') {
      if (this.#unmatched.has(key)) this.#contradiction(seq, `${by} reacted to ${id} at ${seq} twice with one emoji`);
      if (current !== seq) this.#unmatched.set(key, seq);
    } else if (current !== undefined && current < seq) {
      const detail = `${by} removed a reaction to ${id} at ${seq}, and its row of ${current} is still there`;
      this.#add({ kind: 'extra-reaction', seq, detail });
    } else if (!this.#unmatched.delete(key)) {
      this.#contradiction(seq, `${by} removed a reaction to ${id} at ${seq} that did not exist`);
    }
  }

  end(): void {
    for (const [key, seq] of this.#unmatched) {
      const [message, user] = key.split(' ');
      const detail = `the reaction of ${user} to ${message} at ${seq} was never removed, and has no row`;
      this.#add({ kind: 'missing-reaction', seq, detail });
    }
  }

  #contradiction(seq: number, detail: string): void {
    this.#add({ kind: 'contradicting-event', seq, detail });
  }
}
