import type { LogEvent, MessageView, UserId } from '@parley/protocol';

/** The oracle: what a log says, read from the beginning, the slow and obvious way. */
export function foldLog(events: readonly LogEvent[]): MessageView[] {
  const messages = new Map<string, MessageView>();
  for (const event of events) {
    switch (event.type) {
      case 'message':
        messages.set(event.message.id, { seq: event.seq, at: event.at, by: event.by, ...event.message });
        break;
      case 'edited':
        change(messages, event.id, (message) => ({ ...message, body: event.body, editedAt: event.at }));
        break;
      case 'deleted':
        change(messages, event.id, ({ id, seq, at, by }) => ({ id, seq, at, by, deleted: true }));
        break;
      case 'reacted':
        change(messages, event.id, (message) => react(message, event.emoji, event.by));
        break;
      case 'unreacted':
        change(messages, event.id, (message) => unreact(message, event.emoji, event.by));
        break;
      case 'joined':
      case 'left':
      case 'renamed':
        break;
    }
  }
  return [...messages.values()];
}

/** How many messages of others stand after `readSeq`, and how many of those mentioned `me` when they were sent. */
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

function change(messages: Map<string, MessageView>, id: string, to: (message: MessageView) => MessageView): void {
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
