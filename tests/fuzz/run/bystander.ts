import { isDeepStrictEqual } from 'node:util';
import { isLogEvent, MAX_COUNTED_UNREAD, memberList, type ChannelId, type ServerFrame } from '@parley/protocol';
import { SeededRandom } from '@parley/testkit';
import type { RawClient } from '@parley/testkit/raw-client';
import { Finding, type Tally } from './findings.ts';
import type { Fixtures } from './fixtures.ts';

interface Message {
  readonly id: string;
  readonly seq: number;
  body: string | undefined;
}

interface Expected {
  /** The events that the bystander must receive, in order. */
  readonly events: { readonly seq: number; readonly type: string; readonly id: string }[];
  readonly messages: Map<string, Message>;
  lastSeq: number;
  readSeq: number;
  /** Unread messages from before the run. */
  unreadBefore: number;
}

/** Two users who exchange messages during an attack. For them, everything must be as if they were alone on the server. */
export class Bystander {
  readonly #fixtures: Fixtures;
  readonly #tally: Tally;
  readonly #random: SeededRandom;
  readonly #ids: string[];
  readonly #receiver: RawClient;
  readonly #sender: RawClient;
  readonly #expected: ReadonlyMap<ChannelId, Expected>;

  private constructor(fixtures: Fixtures, clients: readonly [RawClient, RawClient], tally: Tally) {
    this.#fixtures = fixtures;
    this.#tally = tally;
    this.#random = new SeededRandom(fixtures.secret);
    this.#ids = [...fixtures.secretMessages];
    [this.#receiver, this.#sender] = clients;
    this.#expected = new Map(
      this.#receiver.ready.channels
        .filter(({ id }) => id === fixtures.secretChannel || id === fixtures.directMessage)
        .map(({ id, lastSeq, readSeq, unread: unreadBefore }) => [
          id,
          { events: [], messages: new Map(), lastSeq, readSeq, unreadBefore },
        ]),
    );
  }

  static async open(fixtures: Fixtures, tally: Tally): Promise<Bystander> {
    const bystander = new Bystander(
      fixtures,
      [await fixtures.bystander.connect(), await fixtures.friend.connect()],
      tally,
    );
    // Messages whose ids the attackers know are stored first: an id belongs to the user who used it first.
    while (bystander.#ids.length > 0) await bystander.#post(fixtures.secretChannel);
    return bystander;
  }

  /** The friend sends or changes a message, or the bystander reads; each step is checked immediately. */
  async step(): Promise<void> {
    this.#tally.add('steps of the bystander');
    const channel = this.#random.chance(0.5) ? this.#fixtures.secretChannel : this.#fixtures.directMessage;
    const expected = this.#of(channel);
    const target = this.#random.pick([...expected.messages.values()].filter(({ body }) => body !== undefined));
    const kind = target === undefined ? 0 : this.#random.below(10);
    if (kind < 6 || target === undefined) return this.#post(channel);
    const body = this.#text();
    const about = { channel, id: target.id };
    if (kind === 6) return this.#change(channel, { type: 'edit', ...about, body }, () => (target.body = body));
    if (kind === 7) return this.#change(channel, { type: 'delete', ...about }, () => (target.body = undefined));
    if (kind === 8) return this.#read(channel);
    const emoji = `x${this.#random.below(1_000_000)}`;
    return this.#random.chance(0.2)
      ? this.#change(channel, { type: 'react', ...about, emoji }, () => undefined)
      : this.#post(channel);
  }

  /** Compares everything that the bystander can see with what the two users did. */
  async finish(): Promise<void> {
    await this.#receiver.settle();
    for (const [channel, { events }] of this.#expected) {
      const received = this.#receiver.frames
        .filter(isLogEvent)
        .filter((frame) => frame.channel === channel)
        .map((frame) => ({ seq: frame.seq, type: frame.type, id: idOf(frame) }));
      expectEqual(received, events, `what the bystander received in ${channel}`);
    }
    for (const frame of this.#receiver.frames) this.#checkUnrelated(frame);
    await this.#checkReady();
    for (const channel of this.#expected.keys()) await this.#checkHistory(channel);
  }

  async #post(channel: ChannelId): Promise<void> {
    const [id, body] = [this.#ids.shift() ?? this.#random.uuid(), this.#text()];
    await this.#change(channel, { type: 'send', channel, id, body }, (seq) => {
      this.#of(channel).messages.set(id, { id, seq, body });
    });
  }

  async #change(channel: ChannelId, command: Command, apply: (seq: number) => void): Promise<void> {
    const reply = await this.#sender.ask(command);
    const expected = this.#of(channel);
    const seq = expected.lastSeq + 1;
    if (reply.type !== 'ok' || reply.seq !== seq) {
      throw new Finding(`${JSON.stringify(command)} was answered ${JSON.stringify(reply)}, not seq ${seq}`);
    }
    expected.lastSeq = seq;
    apply(seq);
    const type = EVENT[command.type];
    expected.events.push({ seq, type, id: command.id });
    await this.#receiver.waitFor(type, { channel, seq });
  }

  async #read(channel: ChannelId): Promise<void> {
    const expected = this.#of(channel);
    const reply = await this.#receiver.ask({ type: 'read', channel, seq: expected.lastSeq });
    if (reply.type !== 'ok') throw new Finding(`read was answered ${JSON.stringify(reply)}`);
    expected.readSeq = expected.lastSeq;
    expected.unreadBefore = 0;
  }

  #of(channel: ChannelId): Expected {
    const expected = this.#expected.get(channel);
    if (expected === undefined) throw new Finding(`the bystander lost ${channel}`);
    return expected;
  }

  #text(): string {
    return `${this.#fixtures.secret} ${this.#random.below(1_000_000)}`;
  }

  /** Attackers post to #general, where the bystander may see them. Nothing else of theirs may arrive. */
  #checkUnrelated(frame: ServerFrame): void {
    const isOwn = ['ready', 'ok', 'pong', 'presence'].includes(frame.type);
    const channel = isLogEvent(frame) || frame.type === 'typing' ? frame.channel : undefined;
    const isExpected = channel === 'c_general' || (channel !== undefined && this.#expected.has(channel));
    if (!isOwn && !isExpected) throw new Finding(`the bystander received ${JSON.stringify(frame).slice(0, 500)}`);
  }

  async #checkReady(): Promise<void> {
    await using client = await this.#fixtures.bystander.connect();
    const { user, channels } = client.ready;
    expectEqual(user, this.#receiver.ready.user, 'the profile of the bystander');
    const ids = channels.map(({ id }) => id).toSorted();
    expectEqual(ids, ['c_general', ...this.#expected.keys()].toSorted(), 'the channels of the bystander');
    for (const [channel, { lastSeq, readSeq, unreadBefore, messages }] of this.#expected) {
      const unread = unreadBefore + [...messages.values()].filter(({ seq }) => seq > readSeq).length;
      const seen = channels.find(({ id }) => id === channel);
      const expected = { lastSeq, readSeq, unread: Math.min(unread, MAX_COUNTED_UNREAD), memberCount: 2 };
      const { lastSeq: last, readSeq: read, unread: counted, memberCount } = seen ?? {};
      expectEqual(
        { lastSeq: last, readSeq: read, unread: counted, memberCount },
        expected,
        `the summary of ${channel} in ready`,
      );
    }
  }

  async #checkHistory(channel: ChannelId): Promise<void> {
    const { messages } = this.#of(channel);
    const members = (await this.#fixtures.bystander.api('GET', `/channels/${channel}/members`)).as(memberList).members;
    expectEqual(
      members.map(({ id }) => id).toSorted(),
      [this.#fixtures.bystander.id, this.#fixtures.friend.id].toSorted(),
      `the members of ${channel}`,
    );
    const found: Message[] = [];
    for (let after = 0, more = true; more;) {
      const page = await this.#receiver.ask({ type: 'history', channel, after, limit: 200 });
      if (page.type !== 'messages') throw new Finding(`history was answered ${JSON.stringify(page)}`);
      found.push(...page.messages.map(({ id, seq, body }) => ({ id, seq, body })));
      after = found.at(-1)?.seq ?? 0;
      more = page.moreAfter === true;
    }
    const own = found.filter(({ id }) => messages.has(id));
    expectEqual(own, [...messages.values()], `the messages of ${channel}`);
    if (found.length - own.length > 1) throw new Finding(`unexpected messages in ${channel}`);
  }
}

type Command = { readonly type: keyof typeof EVENT; readonly id: string } & Readonly<Record<string, unknown>>;

const EVENT = { send: 'message', edit: 'edited', delete: 'deleted', react: 'reacted' } as const;

function idOf(frame: ServerFrame): string {
  if (frame.type === 'message') return frame.message.id;
  return 'id' in frame ? frame.id : '';
}

function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const [seen, wanted] = [actual, expected].map((value) => JSON.stringify(value).slice(0, 1_000));
  throw new Finding(`${what} differs\n  actual:   ${seen}\n  expected: ${wanted}`);
}
