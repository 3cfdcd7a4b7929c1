import type { ChannelId, LogEvent, MessageId, MessageView, UserId } from '@parley/protocol';
import type { Decision } from '@parley/server/testing';
import { countUnread, foldLog } from '@parley/testkit';

type NewChannel = Decision<unknown>['channels'][number];

/** What is true of a channel, told by its log alone. */
export interface ChannelTruth {
  readonly id: ChannelId;
  readonly made: NewChannel;
  name: string;
  topic: string;
  readonly log: LogEvent[];
  messageCount: number;
  /** When each event was stored, by the world's clock. */
  readonly storedAtMs: number[];
  readonly members: Map<UserId, MemberTruth>;
  /** Who was a member once and is not now: since which event. */
  readonly past: Map<UserId, { readonly seq: number; readonly atMs: number }>;
}

export interface MemberTruth {
  readonly readSeq: number;
  /** Where the cursor stood when a move was last acknowledged: so far every device has heard. */
  readonly ackedSeq: number;
  /** When their `joined` was stored. */
  readonly sinceMs: number;
}

export interface MessageTruth {
  readonly channel: ChannelId;
  readonly seq: number;
  /** How many messages of its channel stand before it. */
  readonly position: number;
  readonly by: UserId;
  /** Every text it ever had. */
  readonly bodies: Set<string>;
  /** Where its text was wiped out; null while it stands. */
  deleted: { readonly seq: number; readonly atMs: number } | null;
}

/**
 * Everything that was ever stored, kept the naive way: a list of events per channel. It hears of each commit from the
 * simulated store, and knows nothing of how the server comes to its decisions or keeps what it derives.
 */
export class Oracle {
  readonly channels = new Map<ChannelId, ChannelTruth>();
  readonly messages = new Map<MessageId, MessageTruth>();
  /** Channels by the name they were made with. */
  readonly byName = new Map<string, ChannelId>();
  /** On how many connections a message of this id was sent. */
  readonly sendCounts = new Map<MessageId, number>();
  readonly #folds = new Map<string, ReadonlyMap<MessageId, MessageView>>();

  /** Takes a commit in. Answers what is wrong with it. */
  record({ channels, events, cursors }: Decision<unknown>, atMs: number): string[] {
    const problems: string[] = [];
    for (const made of channels) problems.push(...this.#create(made));
    for (const event of events) problems.push(...this.#append(event, atMs));
    for (const { channel, user, seq } of cursors) {
      const members = this.channels.get(channel)?.members;
      const before = members?.get(user);
      if (before === undefined) problems.push(`a cursor of ${user} in ${channel}, who is no member`);
      else if (seq < before.readSeq) problems.push(`the cursor of ${user} in ${channel} moves back to ${seq}`);
      else members?.set(user, { ...before, readSeq: seq });
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

  /** Whoever moved the cursor as far as `seq` was told that it is stored. */
  cursorAcked(channel: ChannelId, user: UserId, seq: number): void {
    const members = this.channels.get(channel)?.members;
    const member = members?.get(user);
    if (member === undefined) return;
    members?.set(user, { ...member, ackedSeq: Math.max(member.ackedSeq, Math.min(seq, member.readSeq)) });
  }

  /** What `user` has not read, as of a position. */
  unread(channel: ChannelId, me: UserId, at: { readonly readSeq: number; readonly asOf: number }) {
    const log = this.channels.get(channel)?.log ?? [];
    return countUnread(log.slice(0, at.asOf), { me, readSeq: at.readSeq });
  }

  /** How many messages of others were deleted. */
  tombstones(channel: ChannelId, me: UserId): number {
    return [...this.messages.values()].filter((one) => one.channel === channel && one.by !== me && one.deleted !== null)
      .length;
  }

  #create(made: NewChannel): string[] {
    if (this.channels.has(made.id)) return [`channel ${made.id} is made twice`];
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

  #append(event: LogEvent, atMs: number): string[] {
    const channel = this.channels.get(event.channel);
    if (channel === undefined) return [`an event of ${event.channel}, which does not exist`];
    const problems = this.#check(channel, event);
    channel.log.push(event);
    channel.storedAtMs.push(atMs);
    this.#project(channel, event, atMs);
    return problems.map((wrong) => `${event.channel}#${event.seq} ${event.type} by ${event.by}: ${wrong}`);
  }

  /** The laws of the log itself. */
  #check(channel: ChannelTruth, event: LogEvent): string[] {
    const problems: string[] = [];
    if (event.seq !== channel.log.length + 1) problems.push(`stored as ${event.seq} after ${channel.log.length}`);
    const opensDm = event.type === 'joined' && channel.made.dmMembers?.includes(event.by) === true;
    const joinsPublic = event.type === 'joined' && event.by === event.user && channel.made.kind === 'public';
    const founds = event.type === 'joined' && channel.log.length === 0;
    const mayAct = channel.members.has(event.by) || opensDm || joinsPublic || founds;
    if (!mayAct) problems.push('done by someone who is no member');
    if (event.type === 'message') {
      const known = this.messages.get(event.message.id);
      if (known !== undefined) {
        problems.push(`message ${event.message.id} is stored already, as ${known.channel}#${known.seq}`);
      }
    }
    if (event.type === 'edited' || event.type === 'deleted') {
      const known = this.messages.get(event.id);
      if (known?.channel !== event.channel) problems.push('of no message there');
      else if (known.by !== event.by) problems.push(`of a message by ${known.by}`);
      else if (known.deleted !== null) problems.push('of a deleted message');
    }
    if (event.type === 'joined' && channel.members.has(event.user)) problems.push('a member joins');
    if (event.type === 'left' && !channel.members.has(event.user)) problems.push('someone leaves who is no member');
    return problems;
  }

  #project(channel: ChannelTruth, event: LogEvent, atMs: number): void {
    switch (event.type) {
      case 'message': {
        const { seq, by, message } = event;
        if (this.messages.has(message.id)) return;
        const bodies = new Set('body' in message ? [message.body] : []);
        const position = channel.messageCount;
        channel.messageCount += 1;
        this.messages.set(message.id, { channel: channel.id, seq, position, by, bodies, deleted: null });
        return;
      }
      case 'edited':
        this.messages.get(event.id)?.bodies.add(event.body);
        return;
      case 'deleted': {
        const message = this.messages.get(event.id);
        if (message !== undefined) message.deleted = { seq: event.seq, atMs };
        return;
      }
      case 'joined':
        channel.members.set(event.user, { readSeq: event.seq - 1, ackedSeq: event.seq - 1, sinceMs: atMs });
        channel.past.delete(event.user);
        return;
      case 'left':
        channel.members.delete(event.user);
        channel.past.set(event.user, { seq: event.seq, atMs });
        return;
      case 'renamed':
        channel.name = event.name;
        channel.topic = event.topic;
        return;
      case 'reacted':
      case 'unreacted':
        return;
    }
  }
}
