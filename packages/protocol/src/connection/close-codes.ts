/** WebSocket close codes. 4000–4099 mean stop, everything else means come back with jitter and `sync`. */
export const CLOSE = {
  /** 1003: binary frames are not part of the protocol. */
  binary: 1003,
  /** 1009: larger than `MAX_FRAME_BYTES`. */
  tooLarge: 1009,
  restarting: 1012,
  sessionEnded: 4001,
  suspended: 4003,
  superseded: 4009,
  tooSlow: 4101,
  silent: 4102,
  flooding: 4103,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

export type ClosePolicy = 'stop' | 'reconnect' | 'reconnect-after-pause';

/** What a client does after a close with `code`. Unknown codes, 1005 and 1006 included, mean come back. */
export function closePolicy(code: number): ClosePolicy {
  if (code >= 4000 && code <= 4099) return 'stop';
  return code === CLOSE.flooding || code === CLOSE.tooLarge || code === CLOSE.binary
    ? 'reconnect-after-pause'
    : 'reconnect';
}
