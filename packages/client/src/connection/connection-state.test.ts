import { describe, expect, test } from 'vitest';
import { deadlineMs, hasSocket, type ConnectionEvent, type ConnectionState, transition } from './connection-state.ts';

const PING_MS = 25_000;

/** Applies events, each at its own time. Returns the last state and all effects. */
function run(
  events: readonly (ConnectionEvent & { atMs: number; fraction?: number })[],
  from: ConnectionState = { name: 'idle' },
) {
  let state = from;
  const effects: string[] = [];
  for (const { atMs, fraction = 0.5, ...event } of events) {
    const [next, caused] = transition(state, event, { nowMs: atMs, fraction });
    state = next;
    effects.push(...caused);
  }
  return { state, effects };
}

const ONLINE = run([
  { name: 'connect', atMs: 0 },
  { name: 'opened', atMs: 100 },
  { name: 'ready', pingMs: PING_MS, atMs: 200 },
]).state;

/** How long a state backs off; null if it does not. */
function wait(state: ConnectionState, sinceMs: number): number | null {
  return state.name === 'backing-off' ? state.retryAtMs - sinceMs : null;
}

describe('connecting', () => {
  test('the connection dials, waits for ready, and is online', () => {
    expect(ONLINE).toMatchObject({ name: 'online', attempt: 0, sinceMs: 200 });
  });

  test('a socket that does not open, or that receives no ready, times out after 10 s', () => {
    const connecting = run([{ name: 'connect', atMs: 0 }]);
    expect(deadlineMs(connecting.state)).toBe(10_000);
    const unopened = run([{ name: 'tick', atMs: 10_000 }], connecting.state);
    expect(unopened.state).toMatchObject({ name: 'backing-off', attempt: 1 });
    expect(hasSocket(unopened.state)).toBe(false);
    const awaitingReady = run([{ name: 'opened', atMs: 9_000 }], connecting.state);
    expect(deadlineMs(awaitingReady.state)).toBe(19_000);
    expect(hasSocket(run([{ name: 'tick', atMs: 19_000 }], awaitingReady.state).state)).toBe(false);
  });

  test('an early tick changes nothing', () => {
    const { state } = run([{ name: 'connect', atMs: 0 }]);
    expect(run([{ name: 'tick', atMs: 9_999 }], state).state).toBe(state);
  });
});

describe('the handshake probe', () => {
  const probing = run([
    { name: 'connect', atMs: 0 },
    { name: 'closed', code: 1006, atMs: 50 },
  ]);
  const answered = (status: number, code: string, retryAfterMs: number | null = null): ConnectionState =>
    run([{ name: 'probed', probe: { kind: 'answered', status, code, retryAfterMs }, atMs: 1_000 }], probing.state)
      .state;

  test('a probe starts when a socket closes before it opens', () => {
    expect(probing).toMatchObject({ state: { name: 'probing' }, effects: ['dial', 'probe-handshake'] });
  });

  test.each([
    [401, 'invalid_token', 'signed-out'],
    [403, 'suspended', 'suspended'],
    [403, 'client_id_taken', 'refused'],
    [403, 'forbidden_origin', 'refused'],
    [400, 'invalid_client_id', 'refused'],
  ])('a probe with %i %s stops the connection: %s', (status, code, reason) => {
    expect(answered(status, code)).toEqual({ name: 'stopped', reason });
  });

  test('a probe with 429 or 503 waits at least for Retry-After, and a wake hint does not shorten that', () => {
    const waiting = answered(503, 'draining', 2_000);
    expect(wait(waiting, 1_000)).toBe(2_000 + 250);
    expect(run([{ name: 'wake', atMs: 2_000 }], waiting).state).toBe(waiting);
    expect(run([{ name: 'wake', atMs: 3_001 }], waiting).effects).toEqual(['dial']);
  });

  test('a probe with 426, which means that the handshake would be accepted now, and an unreachable server wait for the usual backoff', () => {
    expect(wait(answered(426, 'upgrade_required'), 1_000)).toBe(250);
    const unreachable: ConnectionEvent = { name: 'probed', probe: { kind: 'unreachable' } };
    expect(wait(run([{ ...unreachable, atMs: 1_000 }], probing.state).state, 1_000)).toBe(250);
  });

  test('a probe without a response times out after 10 s', () => {
    expect(run([{ name: 'tick', atMs: 10_050 }], probing.state).state.name).toBe('backing-off');
  });
});

describe('liveness', () => {
  test('[LV4] the connection pings after pingMs, and closes after another 10 s without any frame', () => {
    expect(deadlineMs(ONLINE)).toBe(25_200);
    const pinged = run([{ name: 'tick', atMs: 25_200 }], ONLINE);
    expect(pinged.effects).toEqual(['ping']);
    expect(deadlineMs(pinged.state)).toBe(35_200);
    const lost = run([{ name: 'tick', atMs: 35_200 }], pinged.state);
    expect(lost.state.name).toBe('backing-off');
    expect(hasSocket(lost.state)).toBe(false);
  });

  test('any frame answers a ping', () => {
    const received = run(
      [
        { name: 'tick', atMs: 25_200 },
        { name: 'received', atMs: 30_000 },
      ],
      ONLINE,
    );
    expect(deadlineMs(received.state)).toBe(50_200);
  });

  test('a machine that wakes up pings at once', () => {
    const woken = run([{ name: 'wake', atMs: 5_000 }], ONLINE);
    expect(woken.effects).toEqual(['ping']);
    expect(deadlineMs(woken.state)).toBe(15_000);
  });
});

describe('the backoff', () => {
  test('[LV5] the backoff is a random part of a window that starts at 0.5 s and doubles up to 20 s', () => {
    const windows: number[] = [];
    let state = ONLINE;
    let nowMs = 1_000;
    for (let failure = 0; failure < 8; failure += 1) {
      state = run([{ name: 'closed', code: 1006, atMs: nowMs, fraction: 0.999_999 }], state).state;
      if (state.name === 'probing') {
        state = run(
          [{ name: 'probed', probe: { kind: 'unreachable' }, atMs: nowMs, fraction: 0.999_999 }],
          state,
        ).state;
      }
      windows.push((wait(state, nowMs) ?? 0) + 1);
      nowMs += wait(state, nowMs) ?? 0;
      state = run([{ name: 'tick', atMs: nowMs }], state).state;
    }
    expect(windows).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    const lucky = run([{ name: 'closed', code: 1006, atMs: 1_000, fraction: 0 }], ONLINE).state;
    expect(wait(lucky, 1_000)).toBe(0);
  });

  test('[LV5] the connection reconnects at once when the network returns', () => {
    const waiting = run([{ name: 'closed', code: 1006, atMs: 1_000 }], ONLINE).state;
    expect(run([{ name: 'wake', atMs: 1_001 }], waiting).effects).toEqual(['dial']);
    expect(run([{ name: 'retry', atMs: 1_001 }], waiting).effects).toEqual(['dial']);
  });

  test('a connection that closes right after ready does not reset the backoff', () => {
    const again = run(
      [
        { name: 'closed', code: 1006, atMs: 1_000 },
        { name: 'wake', atMs: 1_100 },
        { name: 'opened', atMs: 1_200 },
        { name: 'ready', pingMs: PING_MS, atMs: 1_300 },
        { name: 'closed', code: 1006, atMs: 1_400 },
      ],
      ONLINE,
    );
    expect(again.state).toMatchObject({ name: 'backing-off', attempt: 2 });
  });

  test('a connection that lasted resets the backoff', () => {
    const { state } = run([{ name: 'closed', code: 1006, atMs: 60_000 }], { ...ONLINE, attempt: 7 } as ConnectionState);
    expect(state).toMatchObject({ name: 'backing-off', attempt: 1, downSinceMs: 60_000 });
  });

  test('[CL7] clients reconnect within a window of 2 s after a restart', () => {
    const { state } = run([{ name: 'closed', code: 1012, atMs: 60_000, fraction: 0.999_999 }], ONLINE);
    expect(wait(state, 60_000)).toBe(1_999);
  });
});

describe('close codes', () => {
  test.each([
    ['[CL1] 4001', 4001, 'signed-out'],
    ['[CL2] 4003', 4003, 'suspended'],
    ['[CL3] 4009', 4009, 'superseded'],
    ['[CL12] an unknown 40xx', 4050, 'refused'],
  ] as const)('%s stops the connection: %s', (_, code, reason) => {
    expect(run([{ name: 'closed', code, atMs: 1_000 }], ONLINE).state).toEqual({ name: 'stopped', reason });
  });

  test.each([
    ['[CL4] 4101', 4101],
    ['[CL5] 4102', 4102],
    ['[CL12] an unknown code', 4999],
    ['[CL12] no code', 1006],
  ])('%s makes the client reconnect', (_, code) => {
    expect(wait(run([{ name: 'closed', code, atMs: 1_000 }], ONLINE).state, 1_000)).toBe(250);
  });

  test.each([
    ['[CL6] 4103', 4103],
    ['[CL8] 1009', 1009],
    ['[CL9] 1003', 1003],
  ])('%s makes the client reconnect after a pause', (_, code) => {
    expect(wait(run([{ name: 'closed', code, atMs: 1_000 }], ONLINE).state, 1_000)).toBe(5_250);
  });
});

describe('close', () => {
  test('a closed connection stays closed until connect is called, whatever hints the network gives', () => {
    const closed = run([{ name: 'close', atMs: 1_000 }], ONLINE);
    expect(closed).toEqual({ state: { name: 'stopped', reason: 'closed' }, effects: [] });
    expect(hasSocket(closed.state)).toBe(false);
    expect(run([{ name: 'wake', atMs: 2_000 }], closed.state).effects).toEqual([]);
    expect(run([{ name: 'retry', atMs: 2_000 }], closed.state).effects).toEqual([]);
    expect(run([{ name: 'connect', atMs: 2_000 }], closed.state).effects).toEqual(['dial']);
  });
});
