import type { CloseCode } from '@parley/protocol';

/** The socket below a connection, as the gateway sees it. `open-wire.ts` makes one of a real socket, the tests of a simulated one. */
export interface Wire {
  /** Writes whole frames, in order, at once. */
  write(frames: readonly Buffer[]): void;
  /** Bytes handed over that the peer's side of the network has not taken. */
  bufferedBytes(): number;
  ping(): void;
  /** Says goodbye after what was written; cuts when the peer does not answer in time. */
  close(code: CloseCode, reason: string): void;
}

/** What a wire tells its connection. */
export interface WireEvents {
  /** A text message, whole. */
  received(text: string): void;
  /** Any other sign of life. */
  heard(): void;
  /** Exactly once; nothing follows. */
  closed(code: number): void;
}
