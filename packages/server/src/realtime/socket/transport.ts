import type { CloseCode } from '@parley/protocol';

/** The socket below a connection, as the gateway sees it. `open-wire.ts` makes one of a real socket, the tests of a simulated one. */
export interface Transport {
  /** Writes whole frames, in order, at once. */
  write(frames: readonly Buffer[]): void;
  /** Bytes handed over that the peer's side of the network has not taken. */
  bufferedBytes(): number;
  ping(): void;
  /** Says goodbye after what was written; cuts when the peer does not answer in time. */
  close(code: CloseCode, reason: string): void;
}

/** What a wire tells its connection. */
export interface TransportHandlers {
  /** A text message, whole. */
  onText(text: string): void;
  /** Any other sign of life. */
  onActivity(): void;
  /** Exactly once; nothing follows. */
  onClose(code: number): void;
}
