export const CLOSE_BINARY = 1003;
export const CLOSE_TOO_LARGE = 1009;
export const CLOSE_RESTARTING = 1012;
export const CLOSE_SESSION_ENDED = 4001;
export const CLOSE_SUSPENDED = 4003;
export const CLOSE_SUPERSEDED = 4009;
export const CLOSE_FLOODING = 4103;

/** WebSocket close codes. After 4000–4099 a client stops; after all others it reconnects with jitter and `sync`. */
export const CLOSE = {
  /** Binary frames are not part of the protocol. */
  binary: CLOSE_BINARY,
  /** Larger than `MAX_FRAME_BYTES`. */
  tooLarge: CLOSE_TOO_LARGE,
  restarting: CLOSE_RESTARTING,
  sessionEnded: CLOSE_SESSION_ENDED,
  suspended: CLOSE_SUSPENDED,
  superseded: CLOSE_SUPERSEDED,
  tooSlow: 4101,
  silent: 4102,
  flooding: CLOSE_FLOODING,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

export type ClosePolicy = 'stop' | 'reconnect' | 'reconnect-after-pause';

/** What a client does after a close with `code`. It reconnects after an unknown code, 1005 and 1006 included. */
export function closePolicy(code: number): ClosePolicy {
  if (code >= 4000 && code <= 4099) return 'stop';
  return code === CLOSE_FLOODING || code === CLOSE_TOO_LARGE || code === CLOSE_BINARY
    ? 'reconnect-after-pause'
    : 'reconnect';
}
