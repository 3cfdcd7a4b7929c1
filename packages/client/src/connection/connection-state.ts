import {
  CLOSE_RESTARTING,
  CLOSE_SESSION_ENDED,
  CLOSE_SUPERSEDED,
  CLOSE_SUSPENDED,
  closePolicy,
} from '@parley/protocol';
import type { HandshakeProbe } from '../environment.ts';
import { backOffMs } from './backoff.ts';
import type { StopReason, WaitReason } from './reasons.ts';

/** Opening the socket, `ready`, the probe and the answer to a ping may each take this long. */
const STEP_TIMEOUT_MS = 10_000;
/** Shorter connections do not reset the backoff, so that a crash-looping server is not flooded. */
const STABLE_MS = 2_000;
/** The pause after flooding, or after a frame that the server does not accept. */
const PAUSE_MS = 5_000;
/** After a restart all clients reconnect at once: their first backoff window is 2 s, that of the third failure. */
const RESTART_ATTEMPT = 2;

const STOP_BY_CODE: Readonly<Record<number, StopReason>> = {
  [CLOSE_SESSION_ENDED]: 'signed-out',
  [CLOSE_SUSPENDED]: 'suspended',
  [CLOSE_SUPERSEDED]: 'superseded',
};

/** By error code of the refused handshake, or else by its status. */
const STOP_BY_PROBE: Readonly<Record<string, StopReason>> = {
  suspended: 'suspended',
  400: 'refused',
  401: 'signed-out',
  403: 'refused',
};

export type ConnectionState =
  | { readonly name: 'idle' }
  /** The socket is not open yet. */
  | Connecting<'connecting'>
  /** The socket is open; `ready` has not arrived. */
  | Connecting<'awaiting-ready'>
  /** The socket closed before it opened; a plain request asks the server why. */
  | Connecting<'probing'>
  | {
      readonly name: 'online';
      readonly attempt: number;
      readonly sinceMs: number;
      readonly pingMs: number;
      readonly pingedMs: number;
      /** When the ping was sent that no frame has followed yet. */
      readonly unansweredPingMs: number | null;
    }
  | {
      readonly name: 'backing-off';
      readonly attempt: number;
      readonly downSinceMs: number;
      /** The server asked for no attempt before this time. */
      readonly notBeforeMs: number;
      readonly retryAtMs: number;
      readonly reason: WaitReason;
    }
  | { readonly name: 'stopped'; readonly reason: StopReason };

interface Connecting<Name extends string> {
  readonly name: Name;
  readonly attempt: number;
  readonly downSinceMs: number;
  readonly sinceMs: number;
}

export type ConnectionEvent =
  | { readonly name: 'connect' | 'retry' | 'wake' | 'reconnect' | 'close' | 'opened' | 'received' | 'tick' }
  | { readonly name: 'ready'; readonly pingMs: number }
  | { readonly name: 'closed'; readonly code: number }
  | { readonly name: 'probed'; readonly probe: HandshakeProbe };

export type ConnectionEffect = 'dial' | 'probe-handshake' | 'ping';

/** `fraction`: 0 ≤ x < 1, a new random number for each transition. */
export interface ConnectionEnv {
  readonly nowMs: number;
  readonly fraction: number;
}

export type Transition = readonly [ConnectionState, readonly ConnectionEffect[]];

/** The connection as a state machine: docs/sdk.md has it as a table. Events of a replaced socket must not be passed in. */
export function transition(state: ConnectionState, event: ConnectionEvent, env: ConnectionEnv): Transition {
  const unchanged: Transition = [state, []];
  switch (event.name) {
    case 'connect':
      return state.name === 'idle' || state.name === 'stopped'
        ? dial({ attempt: 0, downSinceMs: env.nowMs }, env)
        : unchanged;
    case 'retry':
      return state.name === 'backing-off' ? dial(state, env) : unchanged;
    case 'wake':
      return handleWake(state, env);
    case 'reconnect':
      return state.name === 'online' ? scheduleReconnect(state, { reason: 'resync' }, env) : unchanged;
    case 'close':
      return [{ name: 'stopped', reason: 'closed' }, []];
    case 'opened':
      return state.name === 'connecting' ? [{ ...state, name: 'awaiting-ready', sinceMs: env.nowMs }, []] : unchanged;
    case 'ready':
      return state.name === 'awaiting-ready'
        ? [
            {
              name: 'online',
              attempt: state.attempt,
              sinceMs: env.nowMs,
              pingMs: event.pingMs,
              pingedMs: env.nowMs,
              unansweredPingMs: null,
            },
            [],
          ]
        : unchanged;
    case 'received':
      return state.name === 'online' && state.unansweredPingMs !== null
        ? [{ ...state, unansweredPingMs: null }, []]
        : unchanged;
    case 'closed':
      return handleClose(state, event.code, env);
    case 'probed':
      return state.name === 'probing' ? applyProbe(state, event.probe, env) : unchanged;
    case 'tick':
      return handleTick(state, env);
  }
}

/** When the state expects its next `tick`; infinite when time alone does not change it. */
export function deadlineMs(state: ConnectionState): number {
  switch (state.name) {
    case 'connecting':
    case 'awaiting-ready':
    case 'probing':
      return state.sinceMs + STEP_TIMEOUT_MS;
    case 'online':
      return state.unansweredPingMs === null ? state.pingedMs + state.pingMs : state.unansweredPingMs + STEP_TIMEOUT_MS;
    case 'backing-off':
      return state.retryAtMs;
    case 'idle':
    case 'stopped':
      return Number.POSITIVE_INFINITY;
  }
}

function dial(outage: Pick<Connecting<string>, 'attempt' | 'downSinceMs'>, env: ConnectionEnv): Transition {
  return [
    { name: 'connecting', attempt: outage.attempt, downSinceMs: outage.downSinceMs, sinceMs: env.nowMs },
    ['dial'],
  ];
}

/** In every other state a socket that is still there is closed. */
export function hasSocket(state: ConnectionState): boolean {
  return state.name === 'connecting' || state.name === 'awaiting-ready' || state.name === 'online';
}

/** A machine that slept may have lost its connection without noticing, so it pings at once. */
function handleWake(state: ConnectionState, env: ConnectionEnv): Transition {
  if (state.name === 'online' && state.unansweredPingMs === null) return ping(state, env);
  if (state.name !== 'backing-off' || env.nowMs < state.notBeforeMs) return [state, []];
  return dial(state, env);
}

// Sent every `pingMs` even on a busy connection: the pong also reveals a lost last event in a channel that is now quiet.
function ping(state: Extract<ConnectionState, { name: 'online' }>, env: ConnectionEnv): Transition {
  return [{ ...state, pingedMs: env.nowMs, unansweredPingMs: env.nowMs }, ['ping']];
}

function handleTick(state: ConnectionState, env: ConnectionEnv): Transition {
  if (env.nowMs < deadlineMs(state)) return [state, []];
  if (state.name === 'online' && state.unansweredPingMs === null) return ping(state, env);
  if (state.name === 'backing-off') return dial(state, env);
  return scheduleReconnect(state, { reason: 'timeout' }, env);
}

function handleClose(state: ConnectionState, code: number, env: ConnectionEnv): Transition {
  if (!hasSocket(state)) return [state, []];
  if (state.name === 'connecting') return [{ ...state, name: 'probing', sinceMs: env.nowMs }, ['probe-handshake']];
  switch (closePolicy(code)) {
    case 'stop':
      return [{ name: 'stopped', reason: STOP_BY_CODE[code] ?? 'refused' }, []];
    case 'reconnect-after-pause':
      return scheduleReconnect(state, { reason: 'limited', pauseMs: PAUSE_MS }, env);
    case 'reconnect':
      return scheduleReconnect(
        state,
        code === CLOSE_RESTARTING
          ? { reason: 'restarting', leastAttempt: RESTART_ATTEMPT }
          : { reason: 'disconnected' },
        env,
      );
  }
}

function applyProbe(state: ConnectionState, probe: HandshakeProbe, env: ConnectionEnv): Transition {
  if (probe.kind === 'unreachable') return scheduleReconnect(state, { reason: 'unreachable' }, env);
  const reason = STOP_BY_PROBE[probe.code] ?? STOP_BY_PROBE[probe.status];
  if (reason !== undefined) return [{ name: 'stopped', reason }, []];
  return scheduleReconnect(state, { reason: 'unavailable', pauseMs: probe.retryAfterMs ?? 0 }, env);
}

interface ReconnectOptions {
  readonly reason: WaitReason;
  readonly pauseMs?: number;
  readonly leastAttempt?: number;
}

/** Waits for the pause that the server asked for, then for a backoff by the number of failures so far. */
function scheduleReconnect(
  state: ConnectionState,
  { reason, pauseMs = 0, leastAttempt = 0 }: ReconnectOptions,
  { nowMs, fraction }: ConnectionEnv,
): Transition {
  const failed = Math.max(failedAttempts(state, nowMs), leastAttempt);
  return [
    {
      name: 'backing-off',
      attempt: failed + 1,
      downSinceMs: 'downSinceMs' in state ? state.downSinceMs : nowMs,
      notBeforeMs: nowMs + pauseMs,
      retryAtMs: nowMs + pauseMs + backOffMs(failed, fraction),
      reason,
    },
    [],
  ];
}

function failedAttempts(state: ConnectionState, nowMs: number): number {
  if (state.name === 'online') return nowMs - state.sinceMs < STABLE_MS ? state.attempt : 0;
  return 'attempt' in state ? state.attempt : 0;
}
