import { FAULT_PROFILE_NAMES } from '../sim/fault-conditions.ts';
import { STORE_MOMENTS } from '../sim/simulated-store.ts';
import { FAULTS, OPERATIONS, WORKLOAD } from '../workload/operations.ts';

/** Events that a run must contain to count as evidence: every kind of step and fault, and their consequences. */
const REQUIRED_EVENTS = [
  ...Object.keys(OPERATIONS),
  ...FAULT_PROFILE_NAMES.map((profile) => `fault profile: ${profile}`),
  'commit failed',
  'commit rolled back',
  'commit answer lost',
  ...STORE_MOMENTS.map((moment) => `crash with a ${moment}`),
  'commit abandoned by a crash',
  'read failed',
  'group commit',
  'bus message lost',
  'bus message duplicated',
  'bus message lost in a partition',
  ...['session-ended', 'client-id-claimed', 'membership-granted', 'cursor'].map((kind) => `bus message lost: ${kind}`),
  'bus reconnect noticed',
  'sign-out that the bus did not deliver',
  'user crashed together with a node',
  'clientId held by two users',
  'request lost',
  'answer lost',
  'browser storage failed',
  'operations of a closed tab adopted',
  'sent and confirmed',
  'sent and failed',
  'failure withdrawn',
  ...[1012, 4001, 4009, 4101, 4102, 4103].map((code) => `server closes with ${code}`),
  ...['invalid_token', 'draining'].map((code) => `handshake refused: ${code}`),
  ...['bad_request', 'conflict', 'forbidden', 'not_found', 'rate_limited', 'unavailable'].map(
    (code) => `refused: ${code}`,
  ),
  ...['message', 'edited', 'deleted', 'reacted', 'unreacted', 'joined', 'left', 'renamed'].map(
    (type) => `stored ${type}`,
  ),
  ...[
    'ready',
    'ok',
    'error',
    'events',
    'reset',
    'messages',
    'pong',
    'typing',
    'channel',
    'removed',
    'read',
    'user',
    'presence',
  ].map((type) => `frame ${type}`),
] as const;

export interface Coverage {
  readonly what: string;
  readonly count: number;
}

/** How often each required event occurred. */
export function coverageOf(counts: ReadonlyMap<string, number>): readonly Coverage[] {
  return REQUIRED_EVENTS.map((what) => ({ what, count: counts.get(what) ?? 0 }));
}

/** Sums of related events, for the results page. */
const SUMS: Readonly<Record<string, (what: string) => boolean>> = {
  'messages sent through the SDK and confirmed': (what) => what === 'sent and confirmed',
  'messages that failed and were shown as failed': (what) => what === 'sent and failed',
  'failures withdrawn because the message was stored after all': (what) => what === 'failure withdrawn',
  'events stored': (what) => what.startsWith('stored '),
  'frames written by servers and checked': (what) => what.startsWith('frame '),
  'operations of users': (what) => Object.hasOwn(WORKLOAD, what),
  'faults injected': (what) => Object.hasOwn(FAULTS, what),
  'servers killed or without power': (what) => what === 'crash',
  'servers killed at an await': (what) => what.startsWith('crash with a '),
  'rolling restarts': (what) => what === 'rolling restart',
  'servers paused and resumed': (what) => what === 'pause',
  'clock jumps': (what) => what.startsWith('jump of a '),
  'commits that failed or were rolled back': (what) => what === 'commit failed' || what === 'commit rolled back',
  'commits stored without an acknowledgement': (what) => what === 'commit answer lost',
  'connections cut, half-open, throttled or not read': (what) => CONNECTION_FAULTS.has(what),
  'pages reloaded or closed': (what) => what === 'reload' || what === 'close a page',
  'bus messages lost or duplicated': (what) => what.startsWith('bus message '),
  'commands of hostile clients': (what) => HOSTILE_COMMANDS.has(what),
};
const CONNECTION_FAULTS = new Set(['cut', 'silence', 'narrow line', 'slow reader', 'stop reading']);
const HOSTILE_COMMANDS = new Set(['meddle', 'say twice', 'babble', 'flood', 'ambush']);

export function sumsOf(counts: ReadonlyMap<string, number>): readonly Coverage[] {
  return Object.entries(SUMS).map(([what, isMeant]) => ({
    what,
    count: [...counts].reduce((sum, [name, count]) => sum + (isMeant(name) ? count : 0), 0),
  }));
}
