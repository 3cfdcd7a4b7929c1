import { CLOSE, closePolicy } from '@parley/protocol';
import type { HandshakeProbe } from '../environment.ts';
import type { StopReason } from '../parley-client.ts';
import { backOffMs } from './backoff.ts';

/** Dialing, greeting, asking for the verdict, and an unanswered ping each get this long. */
const STEP_TIMEOUT_MS = 10_000;
/** A connection that did not last this long does not start the back-off anew: else a server that drops everyone is stormed. */
const STABLE_MS = 2_000;
/** After flooding, or a frame that the server would not take. */
const PAUSE_MS = 5_000;
/** Everyone comes back from a restart at once: the first window is 2 s, that of the third failure. */
const RESTART_ATTEMPT = 2;

const STOP_BY_CODE: Readonly<Record<number, StopReason>> = {
  [CLOSE.sessionEnded]: 'signed-out',
  [CLOSE.suspended]: 'suspended',
  [CLOSE.superseded]: 'superseded',
};

/** By code of the refused handshake, or else by its status. */
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
  /** The socket is open, `ready` is to come. */
  | Connecting<'awaiting-ready'>
  /** The socket closed without opening: the server is asked why. */
  | Connecting<'probing'>
  | {
      readonly name: 'online';
      readonly attempt: number;
      readonly sinceMs: number;
      readonly pingMs: number;
      readonly pingedMs: number;
      /** Since when a ping waits for any sign of life. */
      readonly unansweredPingMs: number | null;
    }
  | {
      readonly name: 'backing-off';
      readonly attempt: number;
      readonly downSinceMs: number;
      /** The server asked not to be called before. */
      readonly notBeforeMs: number;
      readonly retryAtMs: number;
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

/** `fraction`: 0 ≤ x < 1, drawn anew for each step. */
export interface ConnectionEnv {
  readonly nowMs: number;
  readonly fraction: number;
}

export type Transition = readonly [ConnectionState, readonly ConnectionEffect[]];

/** The connection as a state machine. Events of a socket that was given up must not be handed in. */
export function transition(state: ConnectionState, event: ConnectionEvent, env: ConnectionEnv): Transition {
  switch (event.name) {
    case 'connect':
      return state.name === 'idle' || state.name === 'stopped' ? dial(0, env.nowMs, env) : [state, []];
    case 'retry':
      return state.name === 'backing-off' ? dial(state.attempt, state.downSinceMs, env) : [state, []];
    case 'wake':
      return handleWake(state, env);
    case 'reconnect':
      return state.name === 'online' ? [scheduleReconnect(state, {}, env), []] : [state, []];
    case 'close':
      return [{ name: 'stopped', reason: 'closed' }, []];
    case 'opened':
      return state.name === 'connecting' ? [{ ...state, name: 'awaiting-ready', sinceMs: env.nowMs }, []] : [state, []];
    case 'ready':
      return state.name === 'awaiting-ready' ? [online(state.attempt, event.pingMs, env), []] : [state, []];
    case 'received':
      return state.name === 'online' && state.unansweredPingMs !== null
        ? [{ ...state, unansweredPingMs: null }, []]
        : [state, []];
    case 'closed':
      return handleClose(state, event.code, env);
    case 'probed':
      return state.name === 'probing' ? applyProbe(state, event.probe, env) : [state, []];
    case 'tick':
      return handleTick(state, env);
  }
}

/** When the state wants its next `tick`; infinite when time alone does not change it. */
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

function dial(attempt: number, downSinceMs: number, env: ConnectionEnv): Transition {
  return [{ name: 'connecting', attempt, downSinceMs, sinceMs: env.nowMs }, ['dial']];
}

function online(attempt: number, pingMs: number, { nowMs }: ConnectionEnv): ConnectionState {
  return { name: 'online', attempt, sinceMs: nowMs, pingMs, pingedMs: nowMs, unansweredPingMs: null };
}

/** What every other state still has of a socket is to be closed. */
export function hasSocket(state: ConnectionState): boolean {
  return state.name === 'connecting' || state.name === 'awaiting-ready' || state.name === 'online';
}

/** A machine that slept does not know that its connection is gone: so it asks at once. */
function handleWake(state: ConnectionState, env: ConnectionEnv): Transition {
  if (state.name === 'online' && state.unansweredPingMs === null) return ping(state, env);
  if (state.name !== 'backing-off' || env.nowMs < state.notBeforeMs) return [state, []];
  return dial(state.attempt, state.downSinceMs, env);
}

// Asked each `pingMs`, silent or not: the answer also tells of a lost last event in a channel that nobody writes in.
function ping(state: Extract<ConnectionState, { name: 'online' }>, { nowMs }: ConnectionEnv): Transition {
  return [{ ...state, pingedMs: nowMs, unansweredPingMs: nowMs }, ['ping']];
}

function handleTick(state: ConnectionState, env: ConnectionEnv): Transition {
  if (env.nowMs < deadlineMs(state)) return [state, []];
  switch (state.name) {
    case 'connecting':
    case 'awaiting-ready':
    case 'probing':
      return [scheduleReconnect(state, {}, env), []];
    case 'online':
      return state.unansweredPingMs === null ? ping(state, env) : [scheduleReconnect(state, {}, env), []];
    case 'backing-off':
      return dial(state.attempt, state.downSinceMs, env);
    case 'idle':
    case 'stopped':
      return [state, []];
  }
}

function handleClose(state: ConnectionState, code: number, env: ConnectionEnv): Transition {
  if (!hasSocket(state)) return [state, []];
  if (state.name === 'connecting') return [{ ...state, name: 'probing', sinceMs: env.nowMs }, ['probe-handshake']];
  switch (closePolicy(code)) {
    case 'stop':
      return [{ name: 'stopped', reason: STOP_BY_CODE[code] ?? 'refused' }, []];
    case 'reconnect-after-pause':
      return [scheduleReconnect(state, { pauseMs: PAUSE_MS }, env), []];
    case 'reconnect':
      return [scheduleReconnect(state, code === CLOSE.restarting ? { leastAttempt: RESTART_ATTEMPT } : {}, env), []];
  }
}

function applyProbe(state: ConnectionState, probe: HandshakeProbe, env: ConnectionEnv): Transition {
  if (probe.kind === 'unreachable') return [scheduleReconnect(state, {}, env), []];
  const reason = STOP_BY_PROBE[probe.code] ?? STOP_BY_PROBE[probe.status];
  if (reason !== undefined) return [{ name: 'stopped', reason }, []];
  return [scheduleReconnect(state, { pauseMs: probe.retryAfterMs ?? 0 }, env), []];
}

interface ReconnectOptions {
  readonly pauseMs?: number;
  readonly leastAttempt?: number;
}

/** Waits as the number of failures so far asks for, after the pause that the server asked for. */
function scheduleReconnect(
  state: ConnectionState,
  { pauseMs = 0, leastAttempt = 0 }: ReconnectOptions,
  { nowMs, fraction }: ConnectionEnv,
): ConnectionState {
  const failed = Math.max(failedAttempts(state, nowMs), leastAttempt);
  return {
    name: 'backing-off',
    attempt: failed + 1,
    downSinceMs: 'downSinceMs' in state ? state.downSinceMs : nowMs,
    notBeforeMs: nowMs + pauseMs,
    retryAtMs: nowMs + pauseMs + backOffMs(failed, fraction),
  };
}

function failedAttempts(state: ConnectionState, nowMs: number): number {
  if (state.name === 'online') return nowMs - state.sinceMs < STABLE_MS ? state.attempt : 0;
  return 'attempt' in state ? state.attempt : 0;
}
