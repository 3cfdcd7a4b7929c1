import { KINDS } from '../steps/kinds.ts';
import { FRONT_NAMES } from '../world/weather.ts';

/** What must have happened for a run to prove anything: every kind of step and trouble, and what comes of them. */
const HAPPENINGS = [
  ...Object.keys(KINDS),
  ...FRONT_NAMES.map((front) => `weather: ${front}`),
  'commit failed',
  'commit rolled back',
  'commit answer lost',
  'crash with a commit on its way',
  'crash with a commit stored',
  'commit forgotten by a crash',
  'read failed',
  'group commit',
  'bus message lost',
  'bus message doubled',
  'bus message lost in a partition',
  ...['session-ended', 'claimed', 'gained', 'cursor'].map((kind) => `bus message lost: ${kind}`),
  'return of the bus noticed',
  'a sign-out that the bus did not tell',
  'a user gone together with a node',
  'request lost',
  'answer lost',
  'browser storage failed',
  'operations of a tab that is gone adopted',
  'sent and confirmed',
  'sent and failed',
  'failure taken back',
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

export interface Evidence {
  readonly what: string;
  readonly count: number;
}

/** How often each thing happened that has to happen. */
export function evidenceOf(counts: ReadonlyMap<string, number>): readonly Evidence[] {
  return HAPPENINGS.map((what) => ({ what, count: counts.get(what) ?? 0 }));
}
