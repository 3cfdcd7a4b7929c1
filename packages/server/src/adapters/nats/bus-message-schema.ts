import { channelId, logEvent, position, userId } from '@parley/protocol';
import { z } from 'zod';
import type { BusMessage, Topic } from '#ports/bus.ts';

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

/** The shape of each kind, as another node sends it. Fields that a newer node adds are left out. */
const schemas: { readonly [Kind in BusMessage['kind']]: z.ZodType<Extract<BusMessage, { kind: Kind }>> } = {
  committed: z.object({ kind: z.literal('committed'), channel: channelId, events: z.array(logEvent) }),
  gained: z.object({ kind: z.literal('gained'), user: userId, channel: channelState }),
  'perhaps-gained': z.object({ kind: z.literal('perhaps-gained'), user: userId, channel: channelId }),
  typing: z.object({ kind: z.literal('typing'), channel: channelId, user: userId, on: z.boolean(), from: label }),
  presence: z.object({
    kind: z.literal('presence'),
    user: userId,
    node: label,
    state: z.enum(['online', 'offline']),
  }),
  'presence-asked': z.object({ kind: z.literal('presence-asked'), user: userId }),
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
  profile: z.object({ kind: z.literal('profile'), user: userId }),
  claimed: z.object({
    kind: z.literal('claimed'),
    clientId: label,
    user: userId,
    connection: label,
    atMs: z.number(),
    errorMs: z.number().nonnegative(),
  }),
  'client-wanted': z.object({
    kind: z.literal('client-wanted'),
    clientId: label,
    user: userId,
    use: z.enum(['spend', 'look']),
  }),
  'client-held': z.object({ kind: z.literal('client-held'), clientId: label, holder: userId.nullable() }),
  alive: z.object({ kind: z.literal('alive'), node: label }),
};

/** The message, if it is one, and one that belongs on this topic; null otherwise. Never throws. */
export function parseBusMessage(topic: Topic, json: unknown): BusMessage | null {
  if (typeof json !== 'object' || json === null || !('kind' in json) || !isKind(json.kind)) return null;
  const message: BusMessage | undefined = schemas[json.kind].safeParse(json).data;
  return message !== undefined && belongsOn(topic, message) ? message : null;
}

function isKind(kind: unknown): kind is BusMessage['kind'] {
  return typeof kind === 'string' && Object.hasOwn(schemas, kind);
}

/** What is said of one channel or user in the place of another would reach those whom it does not concern. */
function belongsOn(topic: Topic, message: BusMessage): boolean {
  if (topic === 'everyone') return true;
  const [about, id] = topic.split('.');
  if (about === 'client') return 'clientId' in message && message.clientId === id;
  if (about !== 'channel') return 'user' in message && message.user === id;
  if (message.kind === 'committed' && !message.events.every(({ channel }) => channel === id)) return false;
  return 'channel' in message && message.channel === id;
}
