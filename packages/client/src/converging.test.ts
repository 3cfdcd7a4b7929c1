import type { MessageView } from '@parley/protocol';
import { ClientFixture, countUnread, foldLog, SeededRandom } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient, TimelineMessage } from './parley-client.ts';

const CHANNELS = ['c_1', 'c_2'];
const USERS = ['u_a', 'u_b', 'u_c'];

/** Clients and a server under random faults, the same for the same seed. */
class FaultySimulation {
  readonly fixture: ClientFixture;
  readonly chance: SeededRandom;
  readonly clients = new Map<string, ParleyClient>();
  /** The sent messages of each user, in order. */
  readonly sent: { readonly user: string; readonly channel: string; readonly id: string }[] = [];

  constructor(seed: number) {
    this.fixture = new ClientFixture(seed);
    this.fixture.server.isOkFirst = seed % 2 === 0;
    this.chance = new SeededRandom(seed + 1_000_000);
  }

  async start(): Promise<void> {
    for (const channel of CHANNELS) this.fixture.server.addChannel(channel, USERS);
    for (const user of USERS) {
      const client = await this.fixture.online(user);
      for (const channel of CHANNELS) client.open(channel);
      this.clients.set(user, client);
    }
    await this.fixture.clock.advance(100);
    this.fixture.server.filter = (frame) => {
      if (frame.type === 'ready') return [frame];
      const dice = this.chance.fraction();
      return dice < 0.06 ? [] : dice < 0.1 ? [frame, frame] : [frame];
    };
    this.fixture.server.intercept = (command, connection) => {
      const dice = this.chance.fraction();
      if (dice < 0.04) return [];
      if (dice > 0.08) return null;
      connection.refuse(command.ref, dice < 0.07 ? 'unavailable' : 'rate_limited', 300);
      return [];
    };
  }

  async act(): Promise<void> {
    const { server, clock } = this.fixture;
    const user = this.pick(USERS);
    const channel = this.pick(CHANNELS);
    const client = this.clients.get(user)!;
    const message = this.pick(
      client
        .timeline(channel)
        .get()
        .messages.filter(({ state }) => state === 'sent'),
    );
    const connection = server.online().find((one) => one.user === user);
    const acts: readonly (readonly [number, () => void])[] = [
      [50, () => this.sent.push({ user, channel, id: client.send(channel, `${user} ${this.sent.length}`) })],
      [8, () => message && client.edit(channel, message.id, `edited by ${user}`)],
      [4, () => message && client.delete(channel, message.id)],
      [8, () => message && client.react(channel, message.id, this.pick(['👍', '🎉']))],
      [4, () => message && client.unreact(channel, message.id, '👍')],
      [4, () => client.markRead(channel, client.channelOf(channel)!.lastSeq)],
      [3, () => client.open(channel, Math.floor(this.chance.fraction() * server.channel(channel).log.length))],
      [3, () => client.loadOlder(channel)],
      [6, () => connection?.close()],
      [2, () => connection?.goSilent()],
    ];
    this.pick(acts.flatMap(([weight, act]) => Array.from({ length: weight }, () => act)))();
    await clock.advance(Math.floor(this.chance.fraction() * 400));
  }

  /** Ends the faults and lets the clients converge for a minute. */
  async heal(): Promise<void> {
    const { server, clock } = this.fixture;
    server.filter = null;
    server.intercept = null;
    await clock.advance(60_000);
    for (const client of this.clients.values()) for (const channel of CHANNELS) client.jumpToLatest(channel);
    await clock.advance(5_000);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.chance.fraction() * from.length)]!;
  }
}

describe('lost, duplicated and refused frames and cut connections', () => {
  test.each(Array.from({ length: 40 }, (_, index) => index + 1))(
    'seed %i: all clients converge to the server’s state',
    async (seed) => {
      const simulation = new FaultySimulation(seed);
      await using fixture = simulation.fixture;
      await simulation.start();
      for (let index = 0; index < 120; index += 1) await simulation.act();
      await simulation.heal();
      for (const [user, client] of simulation.clients) {
        for (const channel of CHANNELS) checkReplica(fixture, client, { user, channel });
      }
      for (const { user, channel, id } of simulation.sent) {
        const client = simulation.clients.get(user)!;
        const times = fixture.server
          .channel(channel)
          .log.filter((event) => event.type === 'message' && event.message.id === id);
        const isFailed = client.failures.get().some((failure) => failure.kind === 'send' && failure.message === id);
        // [G8] exactly one of confirmed and failed
        expect([times.length, isFailed]).toEqual(times.length === 1 ? [1, false] : [0, true]);
      }
      checkOrder(simulation);
    },
  );
});

function checkReplica(
  fixture: ClientFixture,
  client: ParleyClient,
  { user, channel }: { user: string; channel: string },
): void {
  const { log, readSeqs } = fixture.server.channel(channel);
  const all = foldLog(log);
  const { messages, moreBefore, state } = client.timeline(channel).get();
  expect(state).toBe('loaded');
  if (!moreBefore) expect(messages).toHaveLength(all.length);
  const shown = messages.map(({ id, seq, body, deleted, changing }) => ({ id, seq, body, deleted, changing }));
  const expected = all.slice(-messages.length || all.length).map(({ id, seq, body = '', deleted = false }) => {
    return { id, seq, body, deleted, changing: false };
  });
  expect(shown).toEqual(expected);
  const reactions = (list: readonly (TimelineMessage | MessageView)[]) =>
    list.map((message) =>
      (message.reactions ?? []).map(({ emoji, users }) => `${emoji}${users.toSorted().join()}`).toSorted(),
    );
  expect(reactions(messages)).toEqual(reactions(all.slice(-messages.length || all.length)));
  const view = client.channelOf(channel)!;
  const readSeq = readSeqs.get(user)!;
  expect(view).toMatchObject({ lastSeq: log.length, readSeq, unread: countUnread(log, { me: user, readSeq }).unread });
}

/** The messages of one user in one channel are stored in the order of sending, unless they were retried. */
function checkOrder({ fixture, sent }: FaultySimulation): void {
  for (const user of USERS) {
    for (const channel of CHANNELS) {
      const ids = sent.filter((one) => one.user === user && one.channel === channel).map(({ id }) => id);
      const stored = fixture.server
        .channel(channel)
        .log.flatMap((event) => (event.type === 'message' ? [event.message.id] : []));
      expect(stored.filter((id) => ids.includes(id))).toEqual(ids.filter((id) => stored.includes(id)));
    }
  }
}
