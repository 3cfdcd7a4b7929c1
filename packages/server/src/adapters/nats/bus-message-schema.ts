import { assertNever, channelId, logEvent, position, userId } from '@parley/protocol';
import { z } from 'zod';
import type { BusMessage, MessageOn, Topic, TopicMessages } from '#ports/bus.ts';

const label = z.string().min(1).max(256);
const count = z.int().nonnegative();

const channelState = z.object({
  id: channelId,
  kind: z.enum(['public', 'private', 'dm']),
  name: z.string(),
  topic: z.string(),
  createdBy: userId.nullable(),
  lastSeq: position,
  memberCount: count,
  dmMembers: z.array(userId).exactOptional(),
});

type Schemas<M extends BusMessage> = { readonly [Kind in M['kind']]: z.ZodType<Extract<M, { kind: Kind }>> };

/** The shape of each message, by the kind of topic that carries it. Fields that a newer node adds are removed. */
const schemas: { readonly [Family in keyof TopicMessages]: Schemas<TopicMessages[Family]> } = {
  channel: {
    committed: z.object({ kind: z.literal('committed'), channel: channelId, events: z.array(logEvent) }),
    typing: z.object({ kind: z.literal('typing'), channel: channelId, user: userId, on: z.boolean(), from: label }),
  },
  user: {
    'membership-granted': z.object({ kind: z.literal('membership-granted'), user: userId, channel: channelState }),
    'membership-uncertain': z.object({ kind: z.literal('membership-uncertain'), user: userId, channel: channelId }),
    cursor: z.object({
      kind: z.literal('cursor'),
      user: userId,
      channel: channelId,
      seq: position,
      unread: count,
      mentions: count,
      lastSeq: position,
      from: label.nullable(),
    }),
    'session-ended': z.object({ kind: z.literal('session-ended'), user: userId, session: label }),
    suspended: z.object({ kind: z.literal('suspended'), user: userId }),
  },
  presence: {
    presence: z.object({
      kind: z.literal('presence'),
      user: userId,
      node: label,
      state: z.enum(['online', 'offline']),
    }),
    'presence-requested': z.object({ kind: z.literal('presence-requested'), user: userId }),
  },
  client: {
    'client-id-claimed': z.object({
      kind: z.literal('client-id-claimed'),
      clientId: label,
      user: userId,
      connection: label,
      atMs: z.number(),
      errorMs: z.number().nonnegative(),
    }),
    'client-id-requested': z.object({
      kind: z.literal('client-id-requested'),
      clientId: label,
      user: userId,
      use: z.enum(['consume', 'peek']),
    }),
    'client-id-held': z.object({ kind: z.literal('client-id-held'), clientId: label, holder: userId.nullable() }),
  },
  nodes: {
    profile: z.object({ kind: z.literal('profile'), user: userId }),
    'node-heartbeat': z.object({ kind: z.literal('node-heartbeat'), node: label }),
  },
};

/** Returns the message when it is valid and belongs on this topic, null otherwise. Never throws. */
export function parseBusMessage<T extends Topic>(topic: T, json: unknown): MessageOn<T> | null {
  const [family = '', id = ''] = topic.split('.');
  if (!isFamily(family) || typeof json !== 'object' || json === null || !('kind' in json)) return null;
  const message = schemaOf(family, json.kind)?.safeParse(json).data;
  return message !== undefined && isAbout(family, id, message) ? (message as MessageOn<T>) : null;
}

function isFamily(name: string): name is keyof TopicMessages {
  return Object.hasOwn(schemas, name);
}

function schemaOf(family: keyof TopicMessages, kind: unknown): z.ZodType<BusMessage> | undefined {
  const ofFamily: Readonly<Record<string, z.ZodType<BusMessage>>> = schemas[family];
  return typeof kind === 'string' && Object.hasOwn(ofFamily, kind) ? ofFamily[kind] : undefined;
}

/** A message about one channel or user on the topic of another would reach clients that must not see it. */
function isAbout(family: keyof TopicMessages, id: string, message: BusMessage): boolean {
  switch (family) {
    case 'nodes':
      return true;
    case 'client':
      return 'clientId' in message && message.clientId === id;
    case 'user':
    case 'presence':
      return 'user' in message && message.user === id;
    case 'channel':
      if (message.kind === 'committed' && !message.events.every(({ channel }) => channel === id)) return false;
      return 'channel' in message && message.channel === id;
    default:
      return assertNever(family);
  }
}
