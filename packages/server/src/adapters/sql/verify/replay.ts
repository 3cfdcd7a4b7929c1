import { assertNever, type ChannelId, type LogEvent } from '@parley/protocol';
import type { AddFinding } from './findings.ts';
import type { LogSegment } from './log-segment.ts';
import { MemberReplay } from './member-replay.ts';
import { MessageReplay } from './message-replay.ts';

/** Goes through one channel's log in order, and says where the rows differ from what it comes to. */
export class Replay {
  /** Of the last event. */
  head = 0;
  /** The last renaming. */
  renamed: Extract<LogEvent, { type: 'renamed' }> | null = null;
  readonly #add: AddFinding;
  readonly #messages: MessageReplay;
  readonly #members: MemberReplay;

  constructor(channel: ChannelId, add: AddFinding) {
    this.#add = add;
    this.#messages = new MessageReplay(channel, add);
    this.#members = new MemberReplay(add);
  }

  get memberCount(): number {
    return this.#members.count;
  }

  apply(stretch: LogSegment): void {
    this.#messages.compareRows(stretch);
    for (const { seq, type, edit_of: editOf } of stretch.events) {
      if (seq !== this.head + 1) this.#add({ kind: 'hole', seq, detail: `${seq} follows ${this.head}` });
      this.head = seq;
      const event = stretch.parsed.get(seq) ?? null;
      if (event === null) {
        this.#add({ kind: 'unreadable-event', seq, detail: `the event at ${seq} is not one of the protocol's` });
        continue;
      }
      if (editOf !== (event.type === 'edited' ? event.id : null)) {
        this.#add({ kind: 'unreadable-event', seq, detail: `edit_of of the ${type} at ${seq} is not its message` });
      }
      this.#follow(event, stretch);
    }
  }

  /** The log has ended: what should have been taken back by now was not. */
  end(): void {
    this.#messages.end();
    this.#members.end();
  }

  #follow(event: LogEvent, stretch: LogSegment): void {
    switch (event.type) {
      case 'message':
        return;
      case 'edited':
      case 'deleted':
      case 'reacted':
      case 'unreacted':
        return this.#messages.change(event, stretch);
      case 'joined':
      case 'left':
        return this.#members.change(event, stretch);
      case 'renamed':
        this.renamed = event;
        return;
      default:
        return assertNever(event);
    }
  }
}
