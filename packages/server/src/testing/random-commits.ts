import type { ChannelId, UserId } from '@parley/protocol';
import fc from 'fast-check';
import { Ledger } from '#kernel/ledger.ts';
import type { CommitScope, CommitState, Decision } from '#ports/store.ts';

/** Random commits over a few users, channels and messages, for properties that must hold after any history. */

export const USERS: readonly UserId[] = ['u_1', 'u_2', 'u_3'];
export const CHANNELS: readonly ChannelId[] = ['c_1', 'c_2', 'c_3'];
const MESSAGES = Array.from({ length: 8 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
const EMOJI = ['👍', '🎉'];
const NAMES = ['One', 'ONE', 'Two'];

const command = fc.record({
  kind: fc.constantFrom('create', 'message', 'edit', 'delete', 'react', 'unreact', 'join', 'leave', 'rename', 'cursor'),
  channel: fc.constantFrom(...CHANNELS),
  user: fc.constantFrom(...USERS),
  other: fc.constantFrom(...USERS),
  message: fc.constantFrom(...MESSAGES),
  thread: fc.option(fc.constantFrom(...MESSAGES), { freq: 4 }),
  mentions: fc.uniqueArray(fc.constantFrom(...USERS)),
  emoji: fc.constantFrom(...EMOJI),
  name: fc.constantFrom(...NAMES),
  kindOfChannel: fc.constantFrom('public', 'private', 'dm'),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0')),
  seq: fc.nat({ max: 30 }),
});
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** An unchecked commit may contradict the state: then both stores must refuse it, or neither. */
export const randomCommit = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 6 }),
  unchecked: fc.oneof({ arbitrary: fc.constant(false), weight: 3 }, { arbitrary: fc.constant(true), weight: 1 }),
});
export type RandomCommit = typeof randomCommit extends fc.Arbitrary<infer C> ? C : never;

export const SCOPE: CommitScope = {
  channels: CHANNELS,
  messages: MESSAGES,
  members: CHANNELS.flatMap((channel) => USERS.map((user) => ({ channel, user }))),
  handles: CHANNELS.flatMap((channel) => USERS.map((user) => ({ channel, handle: `handle-${user}` }))),
  reactions: MESSAGES,
  publicNames: ['one', 'two'],
  users: [...USERS, 'u_none'],
};

/** The decision of a commit's commands on the loaded state. */
export function decide(state: CommitState, { commands, unchecked }: RandomCommit, at: number): Decision<null> {
  const ledger = new Ledger(state, at);
  for (const command of commands) {
    if (unchecked || fits(ledger, command)) execute(ledger, command);
  }
  return ledger.decision(null);
}

function fits(ledger: Ledger, { kind, channel, user, message, emoji, name, kindOfChannel }: Command): boolean {
  const exists = ledger.findChannel(channel);
  const found = ledger.findMessage(message);
  const isLive = found !== null && found.channel === channel && found.body !== null;
  const hasReacted = ledger.reactions(message).some((reaction) => reaction.emoji === emoji && reaction.user === user);
  const holder = ledger.findPublicName(name.toLowerCase());
  if (kind === 'create') return exists === null && (kindOfChannel !== 'public' || holder === null);
  if (exists === null) return false;
  if (kind === 'message') return found === null;
  if (kind === 'edit' || kind === 'delete') return isLive;
  if (kind === 'react') return isLive && !hasReacted;
  if (kind === 'unreact') return isLive && hasReacted;
  if (kind === 'join') {
    return ledger.findMember(channel, user) === null && (exists.dmMembers?.includes(user) ?? true);
  }
  if (kind === 'leave') return ledger.findMember(channel, user) !== null;
  if (kind === 'rename') return exists.kind !== 'public' || holder === null || holder === channel;
  return true;
}

function execute(ledger: Ledger, command: Command): void {
  const { kind, channel, user, message: id, thread, mentions, text: body, emoji, name, seq } = command;
  if (kind === 'create') return create(ledger, command);
  if (ledger.findChannel(channel) === null) return;
  if (kind === 'cursor') return ledger.moveCursor(channel, user, seq);
  if (kind === 'message') {
    const message = {
      id,
      body,
      ...(thread === null ? {} : { thread }),
      ...(mentions.length === 0 ? {} : { mentions }),
    };
    ledger.append(channel, user, { type: 'message', message });
  } else if (kind === 'edit') ledger.append(channel, user, { type: 'edited', id, body });
  else if (kind === 'delete') ledger.append(channel, user, { type: 'deleted', id });
  else if (kind === 'react') ledger.append(channel, user, { type: 'reacted', id, emoji });
  else if (kind === 'unreact') ledger.append(channel, user, { type: 'unreacted', id, emoji });
  else if (kind === 'join') ledger.append(channel, user, { type: 'joined', user });
  else if (kind === 'leave') ledger.append(channel, user, { type: 'left', user });
  else ledger.append(channel, user, { type: 'renamed', name, topic: body });
}

function create(ledger: Ledger, { channel: id, user, other, kindOfChannel: kind, name }: Command): void {
  const dm = kind === 'dm' ? { dmMembers: user === other ? [user] : [user, other] } : {};
  ledger.create({ id, kind, name, topic: '', createdBy: user, createdAt: 0, ...dm });
  ledger.append(id, user, { type: 'joined', user });
}
