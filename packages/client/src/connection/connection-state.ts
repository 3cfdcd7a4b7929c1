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
  | Connecting<'dialing'>
  /** The socket is open, `ready` is to come. */
  | Connecting<'greeting'>
  /** The socket closed without opening: the server is asked why. */
  | Connecting<'asking'>
  | {
      readonly name: 'live';
      readonly attempt: number;
      readonly sinceMs: number;
      readonly pingMs: number;
      readonly pingedMs: number;
      /** Since when a ping waits for any sign of life. */
      readonly unansweredPingMs: number | null;
    }
  | {
      readonly name: 'waiting';
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
  | { readonly name: 'connect' | 'retry' | 'wake' | 'drop' | 'close' | 'opened' | 'heard' | 'tick' }
  | { readonly name: 'ready'; readonly pingMs: number }
  | { readonly name: 'closed'; readonly code: number }
  | { readonly name: 'verdict'; readonly verdict: HandshakeProbe };

export type ConnectionEffect = 'dial' | 'ask-verdict' | 'ping';

/** `fraction`: 0 ≤ x < 1, drawn anew for each step. */
export interface ConnectionEnv {
  readonly nowMs: number;
  readonly fraction: number;
}

export type LinkStep = readonly [ConnectionState, readonly ConnectionEffect[]];

/** The connection as a state machine. Events of a socket that was given up must not be handed in. */
export function transition(state: ConnectionState, event: ConnectionEvent, env: ConnectionEnv): LinkStep {
  switch (event.name) {
    case 'connect':
      return state.name === 'idle' || state.name === 'stopped' ? dial(0, env.nowMs, env) : [state, []];
    case 'retry':
      return state.name === 'waiting' ? dial(state.attempt, state.downSinceMs, env) : [state, []];
    case 'wake':
      return wake(state, env);
    case 'drop':
      return state.name === 'live' ? [scheduleReconnect(state, {}, env), []] : [state, []];
    case 'close':
      return [{ name: 'stopped', reason: 'closed' }, []];
    case 'opened':
      return state.name === 'dialing' ? [{ ...state, name: 'greeting', sinceMs: env.nowMs }, []] : [state, []];
    case 'ready':
      return state.name === 'greeting' ? [live(state.attempt, event.pingMs, env), []] : [state, []];
    case 'heard':
      return state.name === 'live' && state.unansweredPingMs !== null
        ? [{ ...state, unansweredPingMs: null }, []]
        : [state, []];
    case 'closed':
      return closed(state, event.code, env);
    case 'verdict':
      return state.name === 'asking' ? applyProbe(state, event.verdict, env) : [state, []];
    case 'tick':
      return tick(state, env);
  }
}

/** When the state wants its next `tick`; infinite when time alone does not change it. */
export function deadlineMs(state: ConnectionState): number {
  switch (state.name) {
    case 'dialing':
    case 'greeting':
    case 'asking':
      return state.sinceMs + STEP_TIMEOUT_MS;
    case 'live':
      return state.unansweredPingMs === null ? state.pingedMs + state.pingMs : state.unansweredPingMs + STEP_TIMEOUT_MS;
    case 'waiting':
      return state.retryAtMs;
    case 'idle':
    case 'stopped':
      return Number.POSITIVE_INFINITY;
  }
}

function dial(attempt: number, downSinceMs: number, env: ConnectionEnv): LinkStep {
  return [{ name: 'dialing', attempt, downSinceMs, sinceMs: env.nowMs }, ['dial']];
}

function live(attempt: number, pingMs: number, { nowMs }: ConnectionEnv): ConnectionState {
  return { name: 'live', attempt, sinceMs: nowMs, pingMs, pingedMs: nowMs, unansweredPingMs: null };
}

/** What every other state still has of a socket is to be closed. */
export function hasSocket(state: ConnectionState): boolean {
  return state.name === 'dialing' || state.name === 'greeting' || state.name === 'live';
}

/** A machine that slept does not know that its connection is gone: so it asks at once. */
function wake(state: ConnectionState, env: ConnectionEnv): LinkStep {
  if (state.name === 'live' && state.unansweredPingMs === null) return ping(state, env);
  if (state.name !== 'waiting' || env.nowMs < state.notBeforeMs) return [state, []];
  return dial(state.attempt, state.downSinceMs, env);
}

// Asked each `pingMs`, silent or not: the answer also tells of a lost last event in a channel that nobody writes in.
function ping(state: Extract<ConnectionState, { name: 'live' }>, { nowMs }: ConnectionEnv): LinkStep {
  return [{ ...state, pingedMs: nowMs, unansweredPingMs: nowMs }, ['ping']];
}

function tick(state: ConnectionState, env: ConnectionEnv): LinkStep {
  if (env.nowMs < deadlineMs(state)) return [state, []];
  switch (state.name) {
    case 'dialing':
    case 'greeting':
    case 'asking':
      return [scheduleReconnect(state, {}, env), []];
    case 'live':
      return state.unansweredPingMs === null ? ping(state, env) : [scheduleReconnect(state, {}, env), []];
    case 'waiting':
      return dial(state.attempt, state.downSinceMs, env);
    case 'idle':
    case 'stopped':
      return [state, []];
  }
}

function closed(state: ConnectionState, code: number, env: ConnectionEnv): LinkStep {
  if (!hasSocket(state)) return [state, []];
  if (state.name === 'dialing') return [{ ...state, name: 'asking', sinceMs: env.nowMs }, ['ask-verdict']];
  switch (closePolicy(code)) {
    case 'stop':
      return [{ name: 'stopped', reason: STOP_BY_CODE[code] ?? 'refused' }, []];
    case 'return-after-pause':
      return [scheduleReconnect(state, { pauseMs: PAUSE_MS }, env), []];
    case 'return':
      return [scheduleReconnect(state, code === CLOSE.restarting ? { leastAttempt: RESTART_ATTEMPT } : {}, env), []];
  }
}

function applyProbe(state: ConnectionState, verdict: HandshakeProbe, env: ConnectionEnv): LinkStep {
  if (verdict.kind === 'unreachable') return [scheduleReconnect(state, {}, env), []];
  const reason = STOP_BY_PROBE[verdict.code] ?? STOP_BY_PROBE[verdict.status];
  if (reason !== undefined) return [{ name: 'stopped', reason }, []];
  return [scheduleReconnect(state, { pauseMs: verdict.retryAfterMs ?? 0 }, env), []];
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
    name: 'waiting',
    attempt: failed + 1,
    downSinceMs: 'downSinceMs' in state ? state.downSinceMs : nowMs,
    notBeforeMs: nowMs + pauseMs,
    retryAtMs: nowMs + pauseMs + backOffMs(failed, fraction),
  };
}

function failedAttempts(state: ConnectionState, nowMs: number): number {
  if (state.name === 'live') return nowMs - state.sinceMs < STABLE_MS ? state.attempt : 0;
  return 'attempt' in state ? state.attempt : 0;
}
