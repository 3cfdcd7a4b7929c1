import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ConnectionEvent, type ConnectionState, hasSocket, transition } from './connection-state.ts';
import { REASON_NAMES, REASONS } from './reasons.ts';

const PAGE = readFileSync(new URL('../../../../docs/sdk.md', import.meta.url), 'utf8');

/** Late enough for every deadline. */
const LATER = { nowMs: 1_000_000, fraction: 0 };

const attempt = { attempt: 1, downSinceMs: 0, sinceMs: 0 };
const online = { name: 'online', attempt: 0, sinceMs: 0, pingMs: 25_000, pingedMs: 0, unansweredPingMs: null } as const;
const backingOff = { name: 'backing-off', attempt: 1, downSinceMs: 0, notBeforeMs: 0, retryAtMs: 0 } as const;

const STATES: readonly ConnectionState[] = [
  { name: 'idle' },
  { name: 'connecting', ...attempt },
  { name: 'awaiting-ready', ...attempt },
  { name: 'probing', ...attempt },
  online,
  { ...online, unansweredPingMs: 0 },
  { ...backingOff, reason: 'disconnected' },
  { name: 'stopped', reason: 'closed' },
];

const probed = (status: number, code = ''): ConnectionEvent => {
  return { name: 'probed', probe: { kind: 'answered', status, code, retryAfterMs: null } };
};

interface Case {
  readonly label: string;
  readonly event: ConnectionEvent;
  readonly states: readonly ConnectionState[];
}

const everywhere = (label: string, event: ConnectionEvent): Case => ({ label, event, states: STATES });

const isConnecting = ({ name }: ConnectionState): boolean => name === 'connecting';

/** Before the socket opens the close code does not matter. */
const closed = (label: string, code: number): Case => {
  return { label, event: { name: 'closed', code }, states: STATES.filter((state) => !isConnecting(state)) };
};

const CLOSES: readonly Case[] = [
  closed('the open socket closes with 4001', 4001),
  closed('… with 4003', 4003),
  closed('… with 4009', 4009),
  closed('… with another code from 4000 to 4099', 4099),
  closed('… with 1003, 1009 or 4103', 4103),
  closed('… with 1012', 1012),
  closed('… with any other code', 1006),
];

const CASES: readonly Case[] = [
  everywhere('`connect` is called', { name: 'connect' }),
  everywhere('`reconnectNow` is called', { name: 'retry' }),
  everywhere('`close` is called', { name: 'close' }),
  everywhere('the network returns or the page becomes visible', { name: 'wake' }),
  everywhere('the SDK needs a new `ready`', { name: 'reconnect' }),
  everywhere('the socket opens', { name: 'opened' }),
  everywhere('`ready` arrives', { name: 'ready', pingMs: 25_000 }),
  everywhere('another frame arrives', { name: 'received' }),
  {
    label: 'the socket closes before it opens',
    event: { name: 'closed', code: 1006 },
    states: STATES.filter(isConnecting),
  },
  ...CLOSES,
  everywhere('the probe gets 401', probed(401)),
  everywhere('… the code `suspended`', probed(403, 'suspended')),
  everywhere('… 400, or another 403', probed(403)),
  everywhere('… any other status', probed(429)),
  everywhere('… no response', { name: 'probed', probe: { kind: 'unreachable' } }),
  everywhere('the time of the state is over', { name: 'tick' }),
];

function nameOf(state: ConnectionState): string {
  const isPinged = state.name === 'online' && state.unansweredPingMs !== null;
  return `\`${state.name}\`${isPinged ? ' (pinged)' : ''}`;
}

function resultOf(state: ConnectionState, event: ConnectionEvent): string | null {
  const [next, effects] = transition(state, event, LATER);
  if (next === state) return null;
  const closes = hasSocket(state) && !hasSocket(next) && event.name !== 'closed';
  const all = [...(closes ? ['close the socket'] : []), ...effects.map((effect) => `\`${effect}\``)];
  return `${nameOf(next)}${'reason' in next ? `, \`${next.reason}\`` : ''} | ${all.join(', ')}`;
}

/** One row for all states in which an event has the same result. */
function stateTable(): string {
  const rows = CASES.flatMap(({ label, event, states }) => {
    const results = Map.groupBy(states, (state) => resultOf(state, event));
    return [...results].flatMap(([result, same]) =>
      result === null ? [] : [`| ${label} | ${same.map(nameOf).join(', ')} | ${result} |`],
    );
  });
  return ['| event | in state | next state, reason | effects |', '|---|---|---|---|', ...rows].join('\n');
}

function reasonTable(): string {
  const rows = REASON_NAMES.map((name) => {
    const { number, meaning, action } = REASONS[name];
    return `| ${number} | \`${name}\` | ${meaning} | ${action} |`;
  });
  return ['| code | reason | meaning | what to do |', '|---|---|---|---|', ...rows].join('\n');
}

function blockOf(name: string): string {
  const block = PAGE.split(`<!-- ${name} -->\n`)[1]?.split(`\n<!-- end of ${name} -->`)[0];
  return block?.trim() ?? `docs/sdk.md has no block <!-- ${name} -->`;
}

test('the state table in docs/sdk.md equals the state machine', () => {
  expect(blockOf('connection states')).toBe(stateTable());
});

test('the close code does not matter before the socket opens', () => {
  const results = CLOSES.map(({ event }) => STATES.filter(isConnecting).map((state) => resultOf(state, event)));
  expect(new Set(results.flat()).size).toBe(1);
});

test('the reason table in docs/sdk.md equals REASONS', () => {
  expect(blockOf('reasons')).toBe(reasonTable());
});

test('the code of each reason is its stable number', () => {
  expect(REASON_NAMES.map((name) => REASONS[name].number)).toEqual(REASON_NAMES.map((_, index) => index + 1));
});
