import type { LogEvent } from '@parley/protocol';
import { textsOfFrames } from '@parley/testkit';
import { expect, test } from 'vitest';
import { Connection } from '../connection/connection.ts';
import { Hub } from './hub.ts';
import { deliverEvents } from './membership-changes.ts';

const CHANNEL = 'c_1';
const SLOW_WRITE_MS = 40;

function event(seq: number): LogEvent {
  return { type: 'edited', channel: CHANNEL, seq, at: 0, by: 'u_1', id: 'm', body: 'x' };
}

/** A connection whose writes take a while; the test ends the turns and fires the timers. */
function slowConnection() {
  let nowMs = 0;
  const tasks: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const after = (_delayMs: number, task: () => void) => {
    timers.push(task);
    return () => undefined;
  };
  const clock = { elapsed: () => nowMs, after };
  const hub = new Hub({ clock, afterTurn: (task) => tasks.push(task) });
  const writes: number[][] = [];
  const seqsIn = (frames: readonly Buffer[]) =>
    frames.flatMap((bytes) => textsOfFrames(bytes)).map((text) => (JSON.parse(text) as { seq?: number }).seq ?? 0);
  const transport = {
    write(frames: readonly Buffer[]) {
      nowMs += SLOW_WRITE_MS;
      writes.push(seqsIn(frames));
    },
    bufferedBytes: () => 0,
    ping: () => undefined,
    close: () => undefined,
  };
  const hooks = { markDirty: (one: Connection) => hub.batches.markDirty(one), delivered: () => undefined };
  const actor = { user: 'u_1', role: 'member' } as const;
  const deps = { id: 'x', clientId: 'client-1', actor, session: null, expiresAt: null, transport, hooks };
  const connection = new Connection(deps, 0);
  hub.register(connection);
  hub.subscribe(connection, CHANNEL);
  connection.goLive({ type: 'pong', ref: 1, heads: {} }, () => true);
  const endTurn = () => tasks.splice(0).forEach((task) => task());
  endTurn();
  writes.length = 0;
  return {
    hub,
    connection,
    writes,
    endTurn,
    endThrottle: () => {
      nowMs += SLOW_WRITE_MS;
      timers.splice(0).forEach((task) => task());
      endTurn();
    },
  };
}

test('events that follow a batch within the throttle are written together, in order', () => {
  const { hub, writes, endTurn, endThrottle } = slowConnection();
  deliverEvents(hub, CHANNEL, [event(1), event(2)]);
  endTurn();
  for (const seq of [3, 4, 5]) {
    deliverEvents(hub, CHANNEL, [event(seq)]);
    endTurn();
  }
  expect(writes).toEqual([[1, 2]]);
  endThrottle();
  expect(writes).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test('a lone event and every reply are flushed immediately', () => {
  const { hub, connection, writes, endTurn } = slowConnection();
  for (const seq of [1, 2]) {
    deliverEvents(hub, CHANNEL, [event(seq)]);
    endTurn();
  }
  expect(writes).toEqual([[1], [2]]);
  deliverEvents(hub, CHANNEL, [event(3), event(4)]);
  endTurn();
  deliverEvents(hub, CHANNEL, [event(5)]);
  connection.send({ type: 'ok', ref: 1 });
  endTurn();
  expect(writes.slice(2)).toEqual([[3, 4], [0]]);
});

test('throttled events are flushed to the present subscribers before those change', () => {
  const { hub, connection, writes, endTurn } = slowConnection();
  deliverEvents(hub, CHANNEL, [event(1), event(2)]);
  endTurn();
  deliverEvents(hub, CHANNEL, [event(3)]);
  endTurn();
  hub.flushChannelsOf(connection);
  endTurn();
  expect(writes).toEqual([[1, 2], [3]]);
});
