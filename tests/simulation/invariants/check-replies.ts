import type { MessageView, Reply, UserId } from '@parley/protocol';
import type { ChannelTruth } from '../oracle/oracle.ts';
import type { SimContext } from '../sim/context.ts';
import { dmOf } from './canaries.ts';
import { sameEvent, wipedAtMs } from './compare-event.ts';
import type { Guarantee } from './guarantees.ts';

/** A command as the client wrote it: nothing about it is certain but its type and `ref`. */
export interface Request {
  readonly command: {
    readonly type: string;
    readonly ref: number;
    readonly channel?: string;
    readonly to?: string;
    readonly id?: string;
    readonly body?: string;
    readonly emoji?: string;
    readonly thread?: string;
    readonly seq?: number;
    readonly after?: number;
    readonly before?: number;
    readonly around?: number;
    readonly limit?: number;
  };
  /** When it reached the server. */
  readonly atMs: number;
  /** Its place among the commands of its connection. */
  readonly turn: number;
}

export interface RequestReply {
  readonly user: UserId;
  readonly asked: Request;
  readonly reply: Reply;
}

type Wrong = { readonly guarantee: Guarantee; readonly what: string };

/** What is wrong with the answer to a command, given what is stored at the moment it is written. */
export function judgeReply(context: SimContext, exchange: RequestReply): Wrong[] {
  const { reply } = exchange;
  switch (reply.type) {
    case 'ok':
      return judgeOk(context, exchange, reply);
    case 'error':
      return judgeError(context, exchange, reply);
    case 'events':
      return judgeEvents(context, exchange, reply);
    case 'messages':
      return judgeMessages(context, exchange, reply);
    case 'pong':
      return judgePong(context, exchange, reply);
    case 'reset':
      return [];
  }
}

function wrong(guarantee: Guarantee, what: string): Wrong[] {
  return [{ guarantee, what }];
}

function channelAsked({ user, asked: { command } }: RequestReply): string | undefined {
  return command.channel ?? (command.to === undefined ? undefined : dmOf(user, command.to));
}

function judgeOk({ oracle }: SimContext, exchange: RequestReply, { seq }: Extract<Reply, { type: 'ok' }>): Wrong[] {
  const { command } = exchange.asked;
  const { user } = exchange;
  const channel = oracle.channels.get(channelAsked(exchange) ?? '');
  if (channel === undefined) {
    return wrong('G1 durable', `ok for a channel that does not exist: ${JSON.stringify(command)}`);
  }
  if (command.type === 'read') {
    oracle.cursorAcked(channel.id, user, command.seq ?? 0);
    return judgeRead(channel, exchange);
  }
  const told = `ok ${channel.id}#${seq} for ${JSON.stringify(command)}`;
  if (seq === undefined || channel.log.length < seq) {
    return wrong('G1 durable', `${told}, stored are ${channel.log.length}`);
  }
  if (command.type === 'send') {
    const event = channel.log[seq - 1];
    const isIt = event?.type === 'message' && event.message.id === command.id && event.by === user;
    return isIt ? [] : wrong('G1 durable', `${told}, where ${JSON.stringify(event)} is stored`);
  }
  const view = oracle.messagesAt(channel.id, seq).get(command.id ?? '');
  return isDone(view, exchange) ? [] : wrong('G1 durable', `${told}, where it is ${JSON.stringify(view)}`);
}

/** Is the message in the state that the command asked for? */
function isDone(view: MessageView | undefined, { user, asked: { command } }: RequestReply): boolean {
  if (view === undefined) return false;
  const hasReacted =
    view.reactions?.some(({ emoji, users }) => emoji === command.emoji && users.includes(user)) === true;
  if (command.type === 'edit') return view.body === command.body;
  if (command.type === 'delete') return view.deleted === true;
  return command.type === 'react' ? hasReacted : command.type === 'unreact' && !hasReacted;
}

function judgeRead(channel: ChannelTruth, { user, asked }: RequestReply): Wrong[] {
  const member = channel.members.get(user);
  const headAtTheTime = channel.storedAtMs.filter((atMs) => atMs < asked.atMs).length;
  const asFarAs = Math.min(asked.command.seq ?? 0, headAtTheTime);
  if (member === undefined || member.sinceMs > asked.atMs || member.readSeq >= asFarAs) return [];
  return wrong('G1 durable', `ok for read ${channel.id}#${asFarAs}, stored is ${member.readSeq}`);
}

/** Refusals must have a reason. */
function judgeError(
  { oracle }: SimContext,
  exchange: RequestReply,
  { code }: Extract<Reply, { type: 'error' }>,
): Wrong[] {
  const { user, asked } = exchange;
  const { command } = asked;
  const refused = `${code} for ${JSON.stringify(command)}`;
  if (code === 'internal') return wrong('no bug shows', refused);
  const channel = oracle.channels.get(channelAsked(exchange) ?? '');
  const member = channel?.members.get(user);
  const known = oracle.messages.get(command.id ?? '');
  const isMine = known?.by === user && known.channel === channel?.id;
  if (code === 'conflict' && isMine) return wrong('G2 once', `${refused}, which is stored and theirs`);
  if (code === 'forbidden' && isMine) return wrong('no bug shows', `${refused}, which is theirs`);
  const wasMember = member !== undefined && member.sinceMs < asked.atMs;
  const isAboutChannelOnly = command.thread === undefined && (command.id === undefined || command.type === 'send');
  if (code === 'not_found' && wasMember && isAboutChannelOnly) return wrong('no bug shows', `${refused} of a member`);
  return [];
}

function judgeEvents(
  { oracle }: SimContext,
  { user, asked }: RequestReply,
  reply: Extract<Reply, { type: 'events' }>,
): Wrong[] {
  const channel = oracle.channels.get(reply.channel);
  const { command, atMs } = asked;
  const after = command.after ?? 0;
  const what = `sync of ${reply.channel} after ${after}`;
  if (channel === undefined || reply.channel !== command.channel) {
    return wrong('no bug shows', `${what}: another channel`);
  }
  const wrongs = judgeMembership(channel, { user, atMs, what });
  const first = channel.storedAtMs.filter((storedMs) => storedMs < atMs).length;
  if (reply.lastSeq < first || reply.lastSeq > channel.log.length) {
    wrongs.push(
      ...wrong(
        'G4 no silent gap',
        `${what} tells the head ${reply.lastSeq}, it was ${first}, is ${channel.log.length}`,
      ),
    );
  }
  for (const [index, event] of reply.events.entries()) {
    const same = sameEvent(oracle, event);
    if (event.seq !== after + 1 + index) {
      wrongs.push(...wrong('G4 no silent gap', `${what} has ${event.seq} at ${index}`));
    } else if (same === 'no') wrongs.push(...wrong('G3 one order', `${what} tells ${JSON.stringify(event)}`));
    else if (same === 'whole' && (wipedAtMs(oracle, event) ?? atMs) < atMs) {
      wrongs.push(...wrong('G1 durable', `${what} tells the text of a deleted message`));
    }
  }
  const reached = reply.events.at(-1)?.seq ?? after;
  if (reply.more !== reached < reply.lastSeq) {
    wrongs.push(...wrong('G4 no silent gap', `${what}: more is ${reply.more}`));
  }
  return wrongs;
}

function judgeMessages(
  { oracle }: SimContext,
  { user, asked }: RequestReply,
  reply: Extract<Reply, { type: 'messages' }>,
): Wrong[] {
  const channel = oracle.channels.get(reply.channel);
  const { command, atMs } = asked;
  const what = `history of ${reply.channel} as of ${reply.asOf}`;
  if (channel === undefined || reply.channel !== command.channel) {
    return wrong('no bug shows', `${what}: another channel`);
  }
  const wrongs = judgeMembership(channel, { user, atMs, what });
  const first = channel.storedAtMs.filter((storedMs) => storedMs < atMs).length;
  if (reply.asOf < first || reply.asOf > channel.log.length) {
    wrongs.push(...wrong('G4 no silent gap', `${what}: the head was ${first}, is ${channel.log.length}`));
  }
  const all = [...oracle.messagesAt(reply.channel, reply.asOf).values()];
  const start = all.findIndex(({ id }) => id === reply.messages[0]?.id);
  const expected = start === -1 ? [] : all.slice(start, start + reply.messages.length);
  if (JSON.stringify(reply.messages.map(canonical)) !== JSON.stringify(expected.map(canonical))) {
    const told = JSON.stringify(reply.messages.map(canonical));
    wrongs.push(...wrong('G1 durable', `${what} tells ${told}, it was ${JSON.stringify(expected.map(canonical))}`));
  }
  const end = start + reply.messages.length;
  if (!isWhereAsked(all, command, { start, end })) {
    wrongs.push(
      ...wrong('G4 no silent gap', `${what}: ${start} to ${end} of ${all.length} for ${JSON.stringify(command)}`),
    );
  }
  if (start !== -1 && reply.more !== start > 0) {
    wrongs.push(...wrong('G4 no silent gap', `${what}: more is ${reply.more}`));
  }
  if (start !== -1 && (reply.moreAfter === true) !== end < all.length) {
    wrongs.push(...wrong('G4 no silent gap', `${what}: moreAfter is ${reply.moreAfter}`));
  }
  return wrongs;
}

/** The page joins on to what it was asked to join on to. An empty one says that nothing is there. */
function isWhereAsked(
  all: readonly MessageView[],
  { before, after, around }: Request['command'],
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  const older = (seq: number): number => all.filter((view) => view.seq < seq).length;
  if (before !== undefined) return start === -1 ? older(before) === 0 : end === older(before);
  if (after !== undefined) return start === -1 ? older(after + 1) === all.length : start === older(after + 1);
  if (start === -1) return all.length === 0;
  if (around === undefined) return end === all.length;
  return start <= older(around + 1) && end >= older(around);
}

/** A request that came after the removal gets nothing, at once. */
function judgeMembership(
  channel: ChannelTruth,
  { user, atMs, what }: { readonly user: UserId; readonly atMs: number; readonly what: string },
): Wrong[] {
  const past = channel.past.get(user);
  const wasNoMember = !channel.members.has(user) && (past === undefined || past.atMs < atMs);
  return wasNoMember ? wrong('G6 members only', `${what}, asked by someone who is no member`) : [];
}

function judgePong(
  { oracle }: SimContext,
  { user, asked }: RequestReply,
  { heads }: Extract<Reply, { type: 'pong' }>,
): Wrong[] {
  const wrongs: Wrong[] = [];
  for (const { id, log, storedAtMs, members } of oracle.channelsOf(user)) {
    const head = heads[id];
    const first = storedAtMs.filter((storedMs) => storedMs < asked.atMs).length;
    const wasMember = (members.get(user)?.sinceMs ?? 0) < asked.atMs;
    if (head === undefined ? wasMember : head < first || head > log.length) {
      wrongs.push(...wrong('G4 no silent gap', `pong tells ${id}#${head}, it was ${first}, is ${log.length}`));
    }
  }
  return wrongs;
}

/** Its fields in one order, so that two can be compared. */
export function canonical(view: MessageView): unknown[] {
  const { id, seq, at, by, body, editedAt, deleted, thread, mentions = [], reactions = [] } = view;
  const shown = reactions.map(({ emoji, users }) => [emoji, ...users]);
  return [id, seq, at, by, body ?? null, editedAt ?? null, deleted === true, thread ?? null, mentions, shown];
}
