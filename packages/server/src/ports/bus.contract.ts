import { describe, expect, test } from 'vitest';
import type { Bus, ChannelMessage, NodesMessage, Topic, UserMessage } from './bus.ts';

export interface BusUnderTest {
  /** Two ends of one bus: two nodes, or twice the same object where the bus lives in one process. */
  readonly here: Bus;
  readonly there: Bus;
  /** Resolves once everything published before has been received. */
  readonly settle: () => Promise<void>;
}

/** The contract of every bus. `open` creates a new one without other subscribers. */
export function busContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`bus: ${name}`, () => {
    orderContract(open);
    subscriptionContract(open);
    faultContract(open);
    questionContract(open);
  });
}

function profile(user: string): NodesMessage {
  return { kind: 'profile', user };
}

function suspended(user: string): UserMessage {
  return { kind: 'suspended', user };
}

/** Subscribes and remembers. */
function collect(bus: Bus, topic: Topic): string[] {
  const received: string[] = [];
  bus.subscribe(topic, (message) => received.push('user' in message ? message.user : message.kind));
  return received;
}

function orderContract(open: () => Promise<BusUnderTest>): void {
  test('the messages of one node on one topic arrive completely and in order', async () => {
    const { here, there, settle } = await open();
    const names = Array.from({ length: 200 }, (_, index) => `u_${index}`);
    const received = collect(there, 'nodes');
    await settle();
    for (const name of names) here.publish('nodes', profile(name));
    await settle();
    expect(received).toEqual(names);
    await Promise.all([here.close(), there.close()]);
  });

  test('a message arrives unchanged', async () => {
    const { here, there, settle } = await open();
    const received: ChannelMessage[] = [];
    there.subscribe('channel.c_a', (message) => received.push(message));
    await settle();
    const event = {
      type: 'message',
      channel: 'c_a',
      seq: 1,
      at: 5,
      by: 'u_a',
      message: { id: '0b8ff1d4-7d5d-4a6e-9d6c-3a1f5a4ad2f0', body: 'ünïcode 🙂' },
    } as const;
    here.publish('channel.c_a', { kind: 'committed', channel: 'c_a', events: [event] });
    await settle();
    expect(received).toEqual([{ kind: 'committed', channel: 'c_a', events: [event] }]);
    await Promise.all([here.close(), there.close()]);
  });

  test('a message that a subscriber publishes arrives after the one it received, for all subscribers', async () => {
    const { here, settle } = await open();
    here.subscribe('nodes', (message) => {
      if (message.kind === 'profile' && message.user === 'u_1') here.publish('nodes', profile('u_2'));
    });
    const received = collect(here, 'nodes');
    await settle();
    here.publish('nodes', profile('u_1'));
    await settle();
    expect(received).toEqual(['u_1', 'u_2']);
    await here.close();
  });
}

function subscriptionContract(open: () => Promise<BusUnderTest>): void {
  test('a message reaches only subscribers of its topic, including the publisher', async () => {
    const { here, there, settle } = await open();
    const [mine, theirs, others] = [collect(here, 'user.u_a'), collect(there, 'user.u_a'), collect(there, 'user.u_b')];
    await settle();
    here.publish('user.u_a', suspended('u_a'));
    await settle();
    expect([mine, theirs, others]).toEqual([['u_a'], ['u_a'], []]);
    await Promise.all([here.close(), there.close()]);
  });

  test('an ended subscription receives nothing, and may be ended twice', async () => {
    const { here, there, settle } = await open();
    const stays = collect(there, 'nodes');
    const received: NodesMessage[] = [];
    const undo = there.subscribe('nodes', (message) => received.push(message));
    await settle();
    undo();
    undo();
    await settle();
    here.publish('nodes', profile('u_a'));
    await settle();
    expect(received).toEqual([]);
    expect(stays).toEqual(['u_a']);
    await Promise.all([here.close(), there.close()]);
  });

  test('a subscription that ends while a message is being delivered does not receive it', async () => {
    const { here, settle } = await open();
    const received: NodesMessage[] = [];
    const undos: (() => void)[] = [];
    here.subscribe('nodes', () => undos.forEach((undo) => undo()));
    undos.push(here.subscribe('nodes', (message) => received.push(message)));
    await settle();
    here.publish('nodes', profile('u_a'));
    await settle();
    expect(received).toEqual([]);
    await here.close();
  });

  test('a function that subscribes twice receives messages twice, until each subscription ends', async () => {
    const { here, settle } = await open();
    const received: NodesMessage[] = [];
    const listen = (message: NodesMessage) => received.push(message);
    const undo = here.subscribe('nodes', listen);
    here.subscribe('nodes', listen);
    await settle();
    here.publish('nodes', profile('u_a'));
    await settle();
    expect(received).toHaveLength(2);
    undo();
    await settle();
    here.publish('nodes', profile('u_a'));
    await settle();
    expect(received).toHaveLength(3);
    await here.close();
  });
}

function questionContract(open: () => Promise<BusUnderTest>): void {
  test('a request without another subscriber resolves with null, and the requester does not receive it', async () => {
    const { here, settle } = await open();
    const received: UserMessage[] = [];
    here.subscribe('user.u_a', (message, answer) => {
      received.push(message);
      answer(suspended('u_b'));
    });
    await settle();
    expect(await here.request('user.u_a', suspended('u_a'))).toBeNull();
    expect(received).toEqual([]);
    await here.close();
  });

  test('a reply to a published message reaches nobody', async () => {
    const { here, there, settle } = await open();
    const received = collect(here, 'user.u_a');
    there.subscribe('user.u_a', (_message, answer) => answer(suspended('u_b')));
    await settle();
    here.publish('user.u_a', suspended('u_a'));
    await settle();
    expect(received).toEqual(['u_a']);
    await Promise.all([here.close(), there.close()]);
  });
}

function faultContract(open: () => Promise<BusUnderTest>): void {
  test('a subscriber that throws affects neither the others nor the publisher', async () => {
    const { here, settle } = await open();
    here.subscribe('nodes', () => {
      throw new Error('this subscriber is broken');
    });
    const received = collect(here, 'nodes');
    await settle();
    expect(() => here.publish('nodes', profile('u_1'))).not.toThrow();
    here.publish('nodes', profile('u_2'));
    await settle();
    expect(received).toEqual(['u_1', 'u_2']);
    await here.close();
  });

  test('a closed bus delivers nothing and throws nothing, and may be closed twice', async () => {
    const { here, settle } = await open();
    const received = collect(here, 'nodes');
    await settle();
    await here.close();
    await here.close();
    expect(() => here.publish('nodes', profile('u_1'))).not.toThrow();
    expect(() => here.subscribe('nodes', () => undefined)()).not.toThrow();
    expect(received).toEqual([]);
  });
}
