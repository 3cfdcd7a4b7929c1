import type { ChannelId, LogEventByType, LogEventType } from '@parley/protocol';
import type { AddFinding } from './findings.ts';
import type { LogSegment } from './log-segment.ts';
import { MemberReplay } from './member-replay.ts';
import { MessageReplay } from './message-replay.ts';

/** Replays one channel's log in order, and reports where the rows differ from the result. */
export class Replay {
  /** The seq of the last event. */
  head = 0;
  /** The last `renamed` event. */
  renamed: LogEventByType['renamed'] | null = null;
  readonly messages: MessageReplay;
  readonly members: MemberReplay;
  readonly #add: AddFinding;

  constructor(channel: ChannelId, add: AddFinding) {
    this.#add = add;
    this.messages = new MessageReplay(channel, add);
    this.members = new MemberReplay(add);
  }

  apply(segment: LogSegment): void {
    this.messages.compareRows(segment);
    for (const { seq, type, edit_of: editOf } of segment.events) {
      if (seq !== this.head + 1) this.#add({ kind: 'hole', seq, detail: `${seq} follows ${this.head}` });
      this.head = seq;
      const event = segment.parsed.get(seq) ?? null;
      if (event === null) {
        this.#add({ kind: 'unreadable-event', seq, detail: `the event at ${seq} is not one of the protocol's` });
        continue;
      }
      if (editOf !== (event.type === 'edited' ? event.id : null)) {
        this.#add({ kind: 'unreadable-event', seq, detail: `edit_of of the ${type} at ${seq} is not its message` });
      }
      project(event.type, { replay: this, segment }, event);
    }
  }

  /** Called at the end of the log. Reports the rows that a later event should have removed, and that none did. */
  end(): void {
    this.messages.end();
    this.members.end();
  }
}

interface Target {
  readonly replay: Replay;
  readonly segment: LogSegment;
}

type Projection<T extends LogEventType> = (target: Target, event: LogEventByType[T]) => void;

/** How each event is checked against the rows that it changed. */
const PROJECTIONS: { readonly [T in LogEventType]: Projection<T> } = {
  // `compareRows` compares new messages with their rows.
  message: () => undefined,
  edited: changeMessage,
  deleted: changeMessage,
  reacted: changeMessage,
  unreacted: changeMessage,
  joined: changeMembers,
  left: changeMembers,
  renamed({ replay }, event) {
    replay.renamed = event;
  },
};

function project<T extends LogEventType>(type: T, target: Target, event: LogEventByType[T]): void {
  PROJECTIONS[type](target, event);
}

function changeMessage({ replay, segment }: Target, event: Parameters<MessageReplay['change']>[0]): void {
  replay.messages.change(event, segment);
}

function changeMembers({ replay, segment }: Target, event: Parameters<MemberReplay['change']>[0]): void {
  replay.members.change(event, segment);
}
