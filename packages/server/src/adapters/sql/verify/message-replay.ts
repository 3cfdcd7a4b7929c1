import type { ChannelId, DeletedEvent, EditedEvent, ReactedEvent, UnreactedEvent } from '@parley/protocol';
import type { AddFinding } from './findings.ts';
import { reactionKey, type LogSegment, type Target } from './log-segment.ts';
import { compareMessages } from './message-rows.ts';
import { SeqSet } from './seq-set.ts';

type Change = EditedEvent | DeletedEvent | ReactedEvent | UnreactedEvent;

/** What happens to messages, against their rows and those of their reactions as they are at the end. */
export class MessageReplay {
  readonly #channel: ChannelId;
  readonly #add: AddFinding;
  /** Messages that are tombstones at the end and were not deleted yet. */
  readonly #toBeDeleted = new SeqSet();
  /** Reactions that no row tells of: each must be taken back. By `reactionKey`. */
  readonly #unexplained = new Map<string, number>();

  constructor(channel: ChannelId, add: AddFinding) {
    this.#channel = channel;
    this.#add = add;
  }

  compareRows(stretch: LogSegment): void {
    compareMessages(stretch, this.#add);
    for (const { seq, body } of stretch.messages) {
      if (body === null) this.#toBeDeleted.add(seq);
    }
  }

  change(event: Change, stretch: LogSegment): void {
    const { id, seq, type } = event;
    const target = stretch.targets.get(id);
    if (target === undefined || target.channel !== this.#channel || target.seq >= seq) {
      this.#contradiction(event, `the message ${id} of the event ${type} at ${seq} was not in the channel by then`);
      return;
    }
    if (target.isDeleted && !this.#toBeDeleted.has(target.seq)) {
      this.#contradiction(event, `the event ${type} at ${seq} is about ${id}, which was deleted before`);
      return;
    }
    if (event.type === 'edited') this.#edited(event, target);
    else if (event.type === 'deleted') this.#deleted(event, target);
    else if (!target.isDeleted) this.#reaction(event, stretch);
  }

  end(): void {
    for (const seq of this.#toBeDeleted.values()) {
      this.#add({ kind: 'wrong-message', seq, detail: `the message at ${seq} is deleted, and no event deleted it` });
    }
    for (const [key, seq] of this.#unexplained) {
      const [message, user] = key.split(' ');
      const detail = `the reaction of ${user} to ${message} at ${seq} was never taken back, and has no row of then`;
      this.#add({ kind: 'missing-reaction', seq, detail });
    }
  }

  #edited({ id, seq, body, deleted }: EditedEvent, target: Target): void {
    if (target.isDeleted && (body !== '' || deleted !== true)) {
      this.#add({ kind: 'surviving-text', seq, detail: `the edit at ${seq} has the text of ${id}, which is deleted` });
    } else if (!target.isDeleted && deleted === true) {
      const detail = `the edit at ${seq} says that ${id} is deleted, and it is not`;
      this.#add({ kind: 'wrong-message', seq, detail });
    }
  }

  #deleted({ id, seq }: DeletedEvent, target: Target): void {
    if (target.isDeleted) this.#toBeDeleted.delete(target.seq);
    else this.#add({ kind: 'surviving-text', seq, detail: `${id} was deleted at ${seq}, and its row has its text` });
  }

  #reaction(event: ReactedEvent | UnreactedEvent, { reactions }: LogSegment): void {
    const { id, emoji, by, seq } = event;
    const key = reactionKey(id, emoji, by);
    const stands = reactions.get(key);
    if (event.type === 'reacted') {
      if (this.#unexplained.has(key)) this.#contradiction(event, `${by} reacted to ${id} at ${seq} as they had before`);
      if (stands !== seq) this.#unexplained.set(key, seq);
    } else if (stands !== undefined && stands < seq) {
      const detail = `${by} took a reaction to ${id} back at ${seq}, and its row of ${stands} stands`;
      this.#add({ kind: 'extra-reaction', seq, detail });
    } else if (!this.#unexplained.delete(key)) {
      this.#contradiction(event, `${by} took a reaction to ${id} back at ${seq} that was not there`);
    }
  }

  #contradiction({ seq }: Change, detail: string): void {
    this.#add({ kind: 'contradicting-event', seq, detail });
  }
}
