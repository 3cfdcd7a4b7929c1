import type { MessageView, Reply, UserId } from '@parley/protocol';
import type { ChannelTruth } from '../oracle/oracle.ts';
import type { SimContext } from '../sim/context.ts';
import { dmOf } from './canaries.ts';
import { compareEvent, wipedAtMs } from './compare-event.ts';
import type { Guarantee, Problem } from './guarantees.ts';

/** A command as the client wrote it. Only its type and `ref` are validated. */
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
  /** Its number among the commands of its connection. */
  readonly index: number;
}

export interface RequestReply {
  readonly user: UserId;
  readonly request: Request;
  readonly reply: Reply;
}

/** Checks the reply to a command against what is stored at the moment of writing. */
export function checkReply(context: SimContext, exchange: RequestReply): Problem[] {
  const { reply } = exchange;
  switch (reply.type) {
    case 'ok':
      return checkOk(context, exchange, reply);
    case 'error':
      return checkError(context, exchange, reply);
    case 'events':
      return checkEvents(context, exchange, reply);
    case 'messages':
      return checkMessages(context, exchange, reply);
    case 'pong':
      return checkPong(context, exchange, reply);
    case 'reset':
      return [];
  }
}

function problem(guarantee: Guarantee, what: string): Problem[] {
  return [{ guarantee, what }];
}

function channelOf({ user, request: { command } }: RequestReply): string | undefined {
  return command.channel ?? (command.to === undefined ? undefined : dmOf(user, command.to));
}

function checkOk({ oracle }: SimContext, exchange: RequestReply, { seq }: Extract<Reply, { type: 'ok' }>): Problem[] {
  const { command } = exchange.request;
  const { user } = exchange;
  const channel = oracle.channels.get(channelOf(exchange) ?? '');
  if (channel === undefined) {
    return problem('G1 durable', `ok for a channel that does not exist: ${JSON.stringify(command)}`);
  }
  if (command.type === 'read') {
    oracle.cursorAcked(channel.id, user, command.seq ?? 0);
    return checkRead(channel, exchange);
  }
  const subject = `ok ${channel.id}#${seq} for ${JSON.stringify(command)}`;
  if (seq === undefined || channel.log.length < seq) {
    return problem('G1 durable', `${subject}, stored are ${channel.log.length}`);
  }
  if (command.type === 'send') {
    const event = channel.log[seq - 1];
    const isIt = event?.type === 'message' && event.message.id === command.id && event.by === user;
    return isIt ? [] : problem('G1 durable', `${subject}, where ${JSON.stringify(event)} is stored`);
  }
  const view = oracle.messagesAt(channel.id, seq).get(command.id ?? '');
  return isDone(view, exchange) ? [] : problem('G1 durable', `${subject}, but the message is ${JSON.stringify(view)}`);
}

/** Whether the message is in the state that the command requested. */
function isDone(view: MessageView | undefined, { user, request: { command } }: RequestReply): boolean {
  if (view === undefined) return false;
  const hasReacted =
    view.reactions?.some(({ emoji, users }) => emoji === command.emoji && users.includes(user)) === true;
  if (command.type === 'edit') return view.body === command.body;
  if (command.type === 'delete') return view.deleted === true;
  return command.type === 'react' ? hasReacted : command.type === 'unreact' && !hasReacted;
}

function checkRead(channel: ChannelTruth, { user, request }: RequestReply): Problem[] {
  const member = channel.members.get(user);
  const headAtTheTime = channel.storedAtMs.filter((atMs) => atMs < request.atMs).length;
  const asFarAs = Math.min(request.command.seq ?? 0, headAtTheTime);
  if (member === undefined || member.sinceMs > request.atMs || member.readSeq >= asFarAs) return [];
  return problem('G1 durable', `ok for read ${channel.id}#${asFarAs}, stored is ${member.readSeq}`);
}

/** An error must have a reason. */
function checkError(
  { oracle }: SimContext,
  exchange: RequestReply,
  { code }: Extract<Reply, { type: 'error' }>,
): Problem[] {
  const { user, request } = exchange;
  const { command } = request;
  const refused = `${code} for ${JSON.stringify(command)}`;
  if (code === 'internal') return problem('internal error', refused);
  const channel = oracle.channels.get(channelOf(exchange) ?? '');
  const member = channel?.members.get(user);
  const known = oracle.messages.get(command.id ?? '');
  const isMine = known?.by === user && known.channel === channel?.id;
  if (code === 'conflict' && isMine) return problem('G2 once', `${refused}, but the message is stored and their own`);
  if (code === 'forbidden' && isMine) return problem('internal error', `${refused}, but the message is their own`);
  const wasMember = member !== undefined && member.sinceMs < request.atMs;
  const isAboutChannelOnly = command.thread === undefined && (command.id === undefined || command.type === 'send');
  if (code === 'not_found' && wasMember && isAboutChannelOnly) {
    return problem('internal error', `${refused} of a member`);
  }
  return [];
}

function checkEvents(
  { oracle }: SimContext,
  { user, request }: RequestReply,
  reply: Extract<Reply, { type: 'events' }>,
): Problem[] {
  const channel = oracle.channels.get(reply.channel);
  const { command, atMs } = request;
  const after = command.after ?? 0;
  const what = `sync of ${reply.channel} after ${after}`;
  if (channel === undefined || reply.channel !== command.channel) {
    return problem('internal error', `${what}: another channel`);
  }
  const problems = checkMembership(channel, { user, atMs, what });
  const first = channel.storedAtMs.filter((storedMs) => storedMs < atMs).length;
  if (reply.lastSeq < first || reply.lastSeq > channel.log.length) {
    problems.push(
      ...problem(
        'G4 no silent gap',
        `${what} returns the head ${reply.lastSeq}, it was ${first}, is ${channel.log.length}`,
      ),
    );
  }
  for (const [index, event] of reply.events.entries()) {
    const same = compareEvent(oracle, event);
    if (event.seq !== after + 1 + index) {
      problems.push(...problem('G4 no silent gap', `${what} has ${event.seq} at ${index}`));
    } else if (same === 'no') problems.push(...problem('G3 one order', `${what} returns ${JSON.stringify(event)}`));
    else if (same === 'whole' && (wipedAtMs(oracle, event) ?? atMs) < atMs) {
      problems.push(...problem('G1 durable', `${what} returns the text of a deleted message`));
    }
  }
  const reached = reply.events.at(-1)?.seq ?? after;
  if (reply.more !== reached < reply.lastSeq) {
    problems.push(...problem('G4 no silent gap', `${what}: more is ${reply.more}`));
  }
  return problems;
}

function checkMessages(
  { oracle }: SimContext,
  { user, request }: RequestReply,
  reply: Extract<Reply, { type: 'messages' }>,
): Problem[] {
  const channel = oracle.channels.get(reply.channel);
  const { command, atMs } = request;
  const what = `history of ${reply.channel} as of ${reply.asOf}`;
  if (channel === undefined || reply.channel !== command.channel) {
    return problem('internal error', `${what}: another channel`);
  }
  const problems = checkMembership(channel, { user, atMs, what });
  const first = channel.storedAtMs.filter((storedMs) => storedMs < atMs).length;
  if (reply.asOf < first || reply.asOf > channel.log.length) {
    problems.push(...problem('G4 no silent gap', `${what}: the head was ${first}, is ${channel.log.length}`));
  }
  const all = [...oracle.messagesAt(reply.channel, reply.asOf).values()];
  const start = all.findIndex(({ id }) => id === reply.messages[0]?.id);
  const expected = start === -1 ? [] : all.slice(start, start + reply.messages.length);
  if (JSON.stringify(reply.messages.map(canonical)) !== JSON.stringify(expected.map(canonical))) {
    const returned = JSON.stringify(reply.messages.map(canonical));
    problems.push(
      ...problem('G1 durable', `${what} returns ${returned}, it was ${JSON.stringify(expected.map(canonical))}`),
    );
  }
  const end = start + reply.messages.length;
  if (!isAtRequestedPosition(all, command, { start, end })) {
    problems.push(
      ...problem('G4 no silent gap', `${what}: ${start} to ${end} of ${all.length} for ${JSON.stringify(command)}`),
    );
  }
  if (start !== -1 && reply.more !== start > 0) {
    problems.push(...problem('G4 no silent gap', `${what}: more is ${reply.more}`));
  }
  if (start !== -1 && (reply.moreAfter === true) !== end < all.length) {
    problems.push(...problem('G4 no silent gap', `${what}: moreAfter is ${reply.moreAfter}`));
  }
  return problems;
}

/** Whether the page is adjacent to the requested position. An empty page claims that there are no messages. */
function isAtRequestedPosition(
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

/** A request received after the removal returns nothing. */
function checkMembership(
  channel: ChannelTruth,
  { user, atMs, what }: { readonly user: UserId; readonly atMs: number; readonly what: string },
): Problem[] {
  const past = channel.past.get(user);
  const wasNoMember = !channel.members.has(user) && (past === undefined || past.atMs < atMs);
  return wasNoMember ? problem('G6 members only', `${what}, requested by a non-member`) : [];
}

function checkPong(
  { oracle }: SimContext,
  { user, request }: RequestReply,
  { heads }: Extract<Reply, { type: 'pong' }>,
): Problem[] {
  const problems: Problem[] = [];
  for (const { id, log, storedAtMs, members } of oracle.channelsOf(user)) {
    const head = heads[id];
    const first = storedAtMs.filter((storedMs) => storedMs < request.atMs).length;
    const wasMember = (members.get(user)?.sinceMs ?? 0) < request.atMs;
    if (head === undefined ? wasMember : head < first || head > log.length) {
      problems.push(...problem('G4 no silent gap', `pong has ${id}#${head}, it was ${first}, is ${log.length}`));
    }
  }
  return problems;
}

/** The fields in a fixed order, for comparison. */
export function canonical(view: MessageView): unknown[] {
  const { id, seq, at, by, body, editedAt, deleted, thread, mentions = [], reactions = [] } = view;
  const shown = reactions.map(({ emoji, users }) => [emoji, ...users]);
  return [id, seq, at, by, body ?? null, editedAt ?? null, deleted === true, thread ?? null, mentions, shown];
}
