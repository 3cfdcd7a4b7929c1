import type {
  ChannelId,
  LogEvent,
  LogEventByType,
  LogEventType,
  MessageId,
  MessageView,
  UserId,
} from '@parley/protocol';
import type { Decision } from '@parley/server/testing';
import { countUnread, foldLog } from '@parley/testkit';
import type { Guarantee, Problem } from '../invariants/guarantees.ts';

type NewChannel = Decision<unknown>['channels'][number];

/** The state of a channel, derived from its log alone. */
export interface ChannelTruth {
  readonly id: ChannelId;
  readonly made: NewChannel;
  name: string;
  topic: string;
  readonly log: LogEvent[];
  messageCount: number;
  /** When each event was stored, in simulated time. */
  readonly storedAtMs: number[];
  readonly members: Map<UserId, MemberTruth>;
  /** Former members, with the event that removed them. */
  readonly past: Map<UserId, { readonly seq: number; readonly atMs: number }>;
}

export interface MemberTruth {
  readonly readSeq: number;
  /** The cursor at the last acknowledged move. Every device has received it up to there. */
  readonly ackedSeq: number;
  /** When their `joined` was stored. */
  readonly sinceMs: number;
}

export interface MessageTruth {
  readonly channel: ChannelId;
  readonly seq: number;
  /** Number of earlier messages in the channel. */
  readonly position: number;
  readonly by: UserId;
  /** Every text it ever had. */
  readonly bodies: Set<string>;
  /** Where its text was erased; null if it was not. */
  deleted: { readonly seq: number; readonly atMs: number } | null;
}

/**
 * A naive model of everything stored: a list of events per channel. It receives each commit from the simulated store
 * and does not share the server's rules or projections.
 */
export class Oracle {
  readonly channels = new Map<ChannelId, ChannelTruth>();
  readonly messages = new Map<MessageId, MessageTruth>();
  /** Channels by their original name. */
  readonly byName = new Map<string, ChannelId>();
  /** How often a message id was sent, over all connections. */
  readonly sendCounts = new Map<MessageId, number>();
  readonly #folds = new Map<string, ReadonlyMap<MessageId, MessageView>>();

  /** Adds a commit. Returns the problems found in it. */
  record({ channels, events, cursors }: Decision<unknown>, atMs: number): readonly Problem[] {
    const problems: Problem[] = [];
    for (const made of channels) problems.push(...this.#create(made));
    for (const event of events) problems.push(...this.#append(event, atMs));
    for (const { channel, user, seq } of cursors) {
      const members = this.channels.get(channel)?.members;
      const before = members?.get(user);
      if (before === undefined) {
        problems.push(problem('G6 members only', `a cursor of ${user} in ${channel}, who is not a member`));
      } else if (seq < before.readSeq) {
        problems.push(problem('G1 durable', `the cursor of ${user} in ${channel} moves back to ${seq}`));
      } else members?.set(user, { ...before, readSeq: seq });
    }
    return problems;
  }

  isMember(channel: ChannelId, user: UserId): boolean {
    return this.channels.get(channel)?.members.has(user) === true;
  }

  channelsOf(user: UserId): ChannelTruth[] {
    return [...this.channels.values()].filter(({ members }) => members.has(user));
  }

  /** The channel's messages as of a position, oldest first. */
  messagesAt(channel: ChannelId, asOf: number): ReadonlyMap<MessageId, MessageView> {
    const log = this.channels.get(channel)?.log ?? [];
    const key = `${channel} ${Math.min(asOf, log.length)}`;
    const known = this.#folds.get(key);
    if (known !== undefined) return known;
    const fold = new Map(foldLog(log.slice(0, asOf)).map((view) => [view.id, view]));
    this.#folds.set(key, fold);
    return fold;
  }

  /** The user received an acknowledgement for a cursor move to `seq`. */
  cursorAcked(channel: ChannelId, user: UserId, seq: number): void {
    const members = this.channels.get(channel)?.members;
    const member = members?.get(user);
    if (member === undefined) return;
    members?.set(user, { ...member, ackedSeq: Math.max(member.ackedSeq, Math.min(seq, member.readSeq)) });
  }

  /** The unread messages of `me`, as of a position. */
  unread(channel: ChannelId, me: UserId, at: { readonly readSeq: number; readonly asOf: number }) {
    const log = this.channels.get(channel)?.log ?? [];
    return countUnread(log.slice(0, at.asOf), { me, readSeq: at.readSeq });
  }

  /** The number of deleted messages of other users. */
  tombstones(channel: ChannelId, me: UserId): number {
    return [...this.messages.values()].filter((one) => one.channel === channel && one.by !== me && one.deleted !== null)
      .length;
  }

  #create(made: NewChannel): Problem[] {
    if (this.channels.has(made.id)) return [problem('G3 one order', `channel ${made.id} is created twice`)];
    this.byName.set(made.name, made.id);
    this.channels.set(made.id, {
      id: made.id,
      made,
      name: made.name,
      topic: made.topic,
      log: [],
      messageCount: 0,
      storedAtMs: [],
      members: new Map(),
      past: new Map(),
    });
    return [];
  }

  #append(event: LogEvent, atMs: number): Problem[] {
    const channel = this.channels.get(event.channel);
    if (channel === undefined) return [problem('G3 one order', `an event of ${event.channel}, which does not exist`)];
    const problems = this.#check(channel, event);
    channel.log.push(event);
    channel.storedAtMs.push(atMs);
    project(event.type, { messages: this.messages, channel, atMs }, event);
    const subject = `${event.channel}#${event.seq} ${event.type} by ${event.by}`;
    return problems.map(({ guarantee, what }) => problem(guarantee, `${subject}: ${what}`));
  }

  /** Checks the invariants of the log itself. */
  #check(channel: ChannelTruth, event: LogEvent): Problem[] {
    const problems: Problem[] = [];
    const report = (guarantee: Guarantee, what: string): void => void problems.push({ guarantee, what });
    if (event.seq !== channel.log.length + 1) {
      report('G3 one order', `stored as ${event.seq} after ${channel.log.length}`);
    }
    const opensDm = event.type === 'joined' && channel.made.dmMembers?.includes(event.by) === true;
    const joinsPublic = event.type === 'joined' && event.by === event.user && channel.made.kind === 'public';
    const createsChannel = event.type === 'joined' && channel.log.length === 0;
    const mayAct = channel.members.has(event.by) || opensDm || joinsPublic || createsChannel;
    if (!mayAct) report('G6 members only', 'by a non-member');
    if (event.type === 'message') {
      const known = this.messages.get(event.message.id);
      if (known !== undefined) {
        report('G2 once', `message ${event.message.id} is already stored as ${known.channel}#${known.seq}`);
      }
    }
    if (event.type === 'edited' || event.type === 'deleted') {
      const known = this.messages.get(event.id);
      if (known?.channel !== event.channel) report('G3 one order', 'of no message in this channel');
      else if (known.by !== event.by) report('G3 one order', `of a message by ${known.by}`);
      else if (known.deleted !== null) report('G3 one order', 'of a deleted message');
    }
    if (event.type === 'joined' && channel.members.has(event.user)) report('G3 one order', 'a member joins');
    if (event.type === 'left' && !channel.members.has(event.user)) report('G6 members only', 'a non-member leaves');
    return problems;
  }
}

function problem(guarantee: Guarantee, what: string): Problem {
  return { guarantee, what };
}

interface Target {
  readonly messages: Map<MessageId, MessageTruth>;
  readonly channel: ChannelTruth;
  readonly atMs: number;
}

type Projection<T extends LogEventType> = (target: Target, event: LogEventByType[T]) => void;

function project<T extends LogEventType>(type: T, target: Target, event: LogEventByType[T]): void {
  PROJECTIONS[type](target, event);
}

const ignore = (): void => undefined;

/** What each event changes apart from the log. */
const PROJECTIONS: { readonly [T in LogEventType]: Projection<T> } = {
  message({ messages, channel }, { seq, by, message }) {
    if (messages.has(message.id)) return;
    const bodies = new Set('body' in message ? [message.body] : []);
    const position = channel.messageCount;
    channel.messageCount += 1;
    messages.set(message.id, { channel: channel.id, seq, position, by, bodies, deleted: null });
  },
  edited({ messages }, { id, body }) {
    messages.get(id)?.bodies.add(body);
  },
  deleted({ messages, atMs }, { id, seq }) {
    const message = messages.get(id);
    if (message !== undefined) message.deleted = { seq, atMs };
  },
  joined({ channel, atMs }, { user, seq }) {
    channel.members.set(user, { readSeq: seq - 1, ackedSeq: seq - 1, sinceMs: atMs });
    channel.past.delete(user);
  },
  left({ channel, atMs }, { user, seq }) {
    channel.members.delete(user);
    channel.past.set(user, { seq, atMs });
  },
  renamed({ channel }, { name, topic }) {
    channel.name = name;
    channel.topic = topic;
  },
  reacted: ignore,
  unreacted: ignore,
};
