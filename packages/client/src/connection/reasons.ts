/**
 * Why the connection changes, and the other events that `onDiagnostic` reports. The code of a reason is its position, from
 * 1, and stable: new reasons are appended, none is moved or removed.
 */
export const REASON_NAMES = [
  'connecting',
  'awaiting-ready',
  'probing',
  'online',
  'disconnected',
  'restarting',
  'limited',
  'timeout',
  'unreachable',
  'unavailable',
  'resync',
  'signed-out',
  'suspended',
  'superseded',
  'refused',
  'closed',
  'gap-sync',
  'reset',
  'operation-failed',
  'storage-failed',
] as const;

export type Reason = (typeof REASON_NAMES)[number];

/** Why the client waits before it reconnects. */
export type WaitReason = Extract<
  Reason,
  'disconnected' | 'restarting' | 'limited' | 'timeout' | 'unreachable' | 'unavailable' | 'resync'
>;

/** Why the client has stopped. It does not reconnect by itself. */
export type StopReason = Extract<Reason, 'signed-out' | 'suspended' | 'superseded' | 'refused' | 'closed'>;

/** A change of the connection, or an event of the client's data. For logs. */
export interface Diagnostic {
  /** The number of the reason in `REASONS`. */
  readonly code: number;
  readonly reason: Reason;
  /**
   * Of the connection: the event that caused the change, with the close code or the result of the probe. Else the error,
   * or the channel or operation that it is about.
   */
  readonly detail?: unknown;
}

export interface ReasonText {
  readonly number: number;
  readonly meaning: string;
  readonly action: string;
}

/** What each reason means, and what a developer can do. The SDK itself does not use it, so bundles leave it out. */
export const REASONS: { readonly [R in Reason]: ReasonText } = {
  connecting: {
    number: 1,
    meaning: 'A socket is being opened.',
    action: 'Nothing. After 10 s without an open socket the attempt ends with `timeout`.',
  },
  'awaiting-ready': {
    number: 2,
    meaning: 'The socket is open; `ready` has not arrived.',
    action: 'Nothing. After 10 s without `ready` the attempt ends with `timeout`.',
  },
  probing: {
    number: 3,
    meaning: 'The socket closed before it opened. The client sends a plain `GET` to learn why.',
    action: 'Nothing. The result is in the next diagnostic.',
  },
  online: { number: 4, meaning: '`ready` has arrived; commands can be sent.', action: 'Nothing.' },
  disconnected: {
    number: 5,
    meaning: 'The socket closed with a code that is not listed below, 1006 for instance.',
    action: 'Nothing if it is rare. If it repeats, look for a proxy that closes idle or long connections.',
  },
  restarting: { number: 6, meaning: 'The server closed with 1012: it restarts or is replaced.', action: 'Nothing.' },
  limited: {
    number: 7,
    meaning: 'The server closed with 4103, 1009 or 1003: too many commands, or a frame that it does not accept.',
    action: 'Send less, or smaller messages. The client waits at least 5 s.',
  },
  timeout: {
    number: 8,
    meaning: 'The open socket, `ready`, the probe or the answer to a ping did not arrive within 10 s.',
    action: 'Check the network between client and server; a proxy may drop WebSocket traffic.',
  },
  unreachable: {
    number: 9,
    meaning: 'Neither a socket nor a plain request reached the server.',
    action: 'Check the address, DNS, TLS and, from another origin, CORS.',
  },
  unavailable: {
    number: 10,
    meaning: 'The server is reachable but did not accept the handshake now, with 429 or 503 for instance.',
    action: 'Nothing if it is rare. If the probe always reports 426, a proxy does not forward WebSocket upgrades.',
  },
  resync: {
    number: 11,
    meaning: 'The client reconnects because only a new `ready` brings what it missed.',
    action: 'Nothing if it is rare. If it repeats, report a bug.',
  },
  'signed-out': {
    number: 12,
    meaning: 'The session has ended, or the token is missing, invalid or expired.',
    action: 'Sign in again, then call `connect`.',
  },
  suspended: {
    number: 13,
    meaning: 'The account is suspended.',
    action: 'Inform the user; only an administrator can change it.',
  },
  superseded: {
    number: 14,
    meaning: 'A newer connection uses the same `clientId`.',
    action: 'Give each tab or device its own id, or call `connect` to take over.',
  },
  refused: {
    number: 15,
    meaning: 'The server refuses the connection, and a retry would not help.',
    action: 'Read the code in the detail: the client id or the origin is not allowed, for instance.',
  },
  closed: { number: 16, meaning: '`close` was called.', action: 'Call `connect` to start again.' },
  'gap-sync': {
    number: 17,
    meaning: 'Events of a channel are missing; the client requests them.',
    action: 'Nothing. It happens after each reconnect, and when a frame is lost.',
  },
  reset: {
    number: 18,
    meaning: 'The client is too far behind for `sync`; it loads the latest messages instead.',
    action: 'Nothing.',
  },
  'operation-failed': {
    number: 19,
    meaning: 'A message, edit, delete or reaction failed; it is in `failures`.',
    action: 'Let the user retry or dismiss it.',
  },
  'storage-failed': {
    number: 20,
    meaning: 'Persistence failed: pending operations are in memory only.',
    action: 'Check the quota, and whether the browser blocks storage.',
  },
};
