import type { ChannelId, MessageId } from '@parley/protocol';
import { SeededRandom } from '@parley/testkit';
import { createChannel } from '@parley/testkit/api-fixtures';
import { startFixture, type TestUser, type ServerFixture } from '@parley/testkit/server-fixture';
import type { Known } from '../frames/known-ids.ts';

/** The users of a server under test: pairs of attackers, and two users who must not notice them. */
export interface Fixtures extends AsyncDisposable {
  readonly fixture: ServerFixture;
  readonly attackers: readonly { readonly user: TestUser; readonly known: Known }[];
  readonly bystander: TestUser;
  readonly friend: TestUser;
  /** The members are the bystander and the friend. */
  readonly secretChannel: ChannelId;
  readonly directMessage: ChannelId;
  /** A text in all messages of these two, and nowhere else. */
  readonly secret: string;
  readonly secretMessages: readonly MessageId[];
}

export interface FixtureOptions {
  readonly seed: number;
  readonly pairs: number;
  readonly rateLimits: 'on' | 'off';
}

/** Ids that a pair reuses, so that edits, repeats and conflicts find messages. */
const MESSAGES_PER_PAIR = 1_000;
const SHARED_MESSAGES = 100;
const SECRET_MESSAGES = 20;
/** How often an attacker picks its pair's channel instead of #general, whose messages every connection receives. */
const SHARE_OF_PAIR = 14;

export async function createFixtures({ seed, pairs, rateLimits }: FixtureOptions): Promise<Fixtures> {
  const env = { PARLEY_RATE_LIMITS: rateLimits, PARLEY_MAX_CONNECTIONS_PER_USER: '1000', LOG_LEVEL: 'warn' };
  const fixture = await startFixture(env);
  const random = new SeededRandom(seed).fork('cast');
  const [bystander, friend] = [await fixture.user('Bystander'), await fixture.user('Friend')];
  const secretChannel = await createChannel([friend, bystander]);
  const directMessage = await openDirectMessage(friend, bystander, random.uuid());
  const secretMessages = Array.from({ length: SECRET_MESSAGES }, () => random.uuid());
  const people = await Promise.all(Array.from({ length: pairs * 2 }, (_, at) => fixture.user(`Attacker ${at}`)));
  const [first, ...others] = people.slice(0, 4);
  if (first === undefined) throw new Error('there is no attacker');
  const crowd = await createChannel([first, ...others]);
  const users = people.map(({ id }) => id);
  const untouchable = [bystander.id, friend.id];
  const shared = Array.from({ length: SHARED_MESSAGES }, () => random.uuid());
  const channels: ChannelId[] = [];
  for (let pair = 0; pair < pairs; pair += 1) channels.push(await channelOf(people, pair));
  const attackers = people.map((user, at) => {
    const pair = Math.floor(at / 2);
    const channel = channels[pair] ?? 'c_general';
    const pool = new SeededRandom(seed).fork(`pair ${pair}`);
    const own = [...Array.from({ length: SHARE_OF_PAIR }, () => channel), 'c_general', ...(at < 4 ? [crowd] : [])];
    const foreign = [secretChannel, directMessage, ...channels.filter((other) => other !== channel)];
    const messages = [...shared, ...Array.from({ length: MESSAGES_PER_PAIR }, () => pool.uuid())];
    return { user, known: { own, foreign, users, untouchable, messages, foreignMessages: secretMessages } };
  });
  return {
    fixture,
    attackers,
    bystander,
    friend,
    secretChannel,
    directMessage,
    secret: `canary-${random.token(96)}`,
    secretMessages,
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  };
}

async function channelOf(people: readonly TestUser[], pair: number): Promise<ChannelId> {
  const [one, two] = people.slice(pair * 2, pair * 2 + 2);
  if (one === undefined || two === undefined) throw new Error(`there is no pair ${pair}`);
  return createChannel([one, two]);
}

async function openDirectMessage(from: TestUser, to: TestUser, id: MessageId): Promise<ChannelId> {
  await using client = await from.connect();
  const reply = await client.ask({ type: 'send', to: to.id, id, body: 'psst' });
  if (reply.type !== 'ok' || reply.channel === undefined) throw new Error(JSON.stringify(reply));
  return reply.channel;
}
