import type { LogEvent, LogEventByType, LogEventType, MessageView, UserId } from '@parley/protocol';

type Messages = Map<string, MessageView>;

const PROJECTIONS: { readonly [T in LogEventType]: (messages: Messages, event: LogEventByType[T]) => void } = {
  message: (messages, { seq, at, by, message }) => messages.set(message.id, { seq, at, by, ...message }),
  edited: (messages, { id, body, at }) => change(messages, id, (message) => ({ ...message, body, editedAt: at })),
  deleted: (messages, event) =>
    change(messages, event.id, ({ id, seq, at, by }) => ({ id, seq, at, by, deleted: true })),
  reacted: (messages, { id, emoji, by }) => change(messages, id, (message) => react(message, emoji, by)),
  unreacted: (messages, { id, emoji, by }) => change(messages, id, (message) => unreact(message, emoji, by)),
  joined: () => undefined,
  left: () => undefined,
  renamed: () => undefined,
};

/** The reference model: the messages of a log, computed from its start in the slow and obvious way. */
export function foldLog(events: readonly LogEvent[]): MessageView[] {
  const messages: Messages = new Map();
  for (const event of events) project(messages, event.type, event);
  return [...messages.values()];
}

function project<T extends LogEventType>(messages: Messages, type: T, event: LogEventByType[T]): void {
  PROJECTIONS[type](messages, event);
}

/** The number of messages by others after `readSeq`, and of those that mentioned `me` when they were sent. */
export function countUnread(
  events: readonly LogEvent[],
  { me, readSeq }: { readonly me: UserId; readonly readSeq: number },
): { unread: number; mentions: number } {
  const others = events.filter(({ type, by, seq }) => type === 'message' && by !== me && seq > readSeq);
  const mentions = others.filter(
    (event) => event.type === 'message' && 'mentions' in event.message && event.message.mentions?.includes(me),
  );
  return { unread: others.length, mentions: mentions.length };
}

function change(messages: Messages, id: string, to: (message: MessageView) => MessageView): void {
  const message = messages.get(id);
  if (message !== undefined && message.deleted !== true) messages.set(id, to(message));
}

function react(message: MessageView, emoji: string, user: UserId): MessageView {
  const reactions = structuredClone(message.reactions ?? []);
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (known === undefined) reactions.push({ emoji, users: [user] });
  else if (!known.users.includes(user)) known.users.push(user);
  return { ...message, reactions };
}

function unreact({ reactions = [], ...message }: MessageView, emoji: string, user: UserId): MessageView {
  const left = reactions
    .map((reaction) => ({
      ...reaction,
      users: reaction.users.filter((other) => other !== user || reaction.emoji !== emoji),
    }))
    .filter(({ users }) => users.length > 0);
  return left.length === 0 ? message : { ...message, reactions: left };
}
