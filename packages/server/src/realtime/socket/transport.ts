import type { CloseCode } from '@parley/protocol';

/** The socket below a connection. `ws-transport.ts` implements it over a real socket, the tests over a simulated one. */
export interface Transport {
  /** Writes whole frames, in order, at once. */
  write(frames: readonly Buffer[]): void;
  /** Bytes that were written and that the peer's side of the network has not taken. */
  bufferedBytes(): number;
  ping(): void;
  /** Sends a close frame after the written frames. Destroys the socket when the peer does not answer in time. */
  close(code: CloseCode, reason: string): void;
}

/** Called by a transport. */
export interface TransportHandlers {
  /** A whole text message. */
  onText(text: string): void;
  /** A ping or pong. */
  onActivity(): void;
  /** Called exactly once, and last. */
  onClose(code: number): void;
}
