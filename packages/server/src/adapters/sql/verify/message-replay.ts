import type { ChannelId, DeletedEvent, EditedEvent, ReactedEvent, UnreactedEvent } from '@parley/protocol';
import type { AddFinding } from './findings.ts';
import type { LogSegment, Target } from './log-segment.ts';
import { compareMessages } from './messages.ts';
import { ReactionReplay } from './reaction-replay.ts';
import { SeqSet } from './seq-set.ts';

type Change = EditedEvent | DeletedEvent | ReactedEvent | UnreactedEvent;

/** Replays the changes of a channel's messages, and compares them with the rows, which are those at the end of the log. */
export class MessageReplay {
  readonly #channel: ChannelId;
  readonly #add: AddFinding;
  readonly #reactions: ReactionReplay;
  /** Messages that are tombstones at the end of the log, and whose `deleted` event has not come yet. */
  readonly #toBeDeleted = new SeqSet();

  constructor(channel: ChannelId, add: AddFinding) {
    this.#channel = channel;
    this.#add = add;
    this.#reactions = new ReactionReplay(add);
  }

  compareRows(segment: LogSegment): void {
    compareMessages(segment, this.#add);
    for (const { seq, body } of segment.messages) {
      if (body === null) this.#toBeDeleted.add(seq);
    }
  }

  change(event: Change, segment: LogSegment): void {
    const { id, seq, type } = event;
    const target = segment.targets.get(id);
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
    else if (!target.isDeleted) this.#reactions.change(event, segment);
  }

  end(): void {
    for (const seq of this.#toBeDeleted.values()) {
      this.#add({ kind: 'wrong-message', seq, detail: `the message at ${seq} is deleted, and no event deleted it` });
    }
    this.#reactions.end();
  }

  #edited({ id, seq, body, deleted }: EditedEvent, target: Target): void {
    if (target.isDeleted && (body !== '' || deleted !== true)) {
      this.#add({ kind: 'surviving-text', seq, detail: `the edit at ${seq} has the text of ${id}, which is deleted` });
    } else if (!target.isDeleted && deleted === true) {
      const detail = `the edit at ${seq} has lost its text, and ${id} is not deleted`;
      this.#add({ kind: 'wrong-message', seq, detail });
    }
  }

  #deleted({ id, seq }: DeletedEvent, target: Target): void {
    if (target.isDeleted) this.#toBeDeleted.delete(target.seq);
    else this.#add({ kind: 'surviving-text', seq, detail: `${id} was deleted at ${seq}, and its row has its text` });
  }

  #contradiction({ seq }: Change, detail: string): void {
    this.#add({ kind: 'contradicting-event', seq, detail });
  }
}
