/** What the core counts. The adapter shows it as Prometheus text. */
export interface Metrics {
  /** One group commit: how many drafts it held, and how long it took. */
  committed(drafts: number, durationMs: number): void;
  /** Frames handed to sockets. */
  delivered(frames: number): void;
  /** Events that the bus did not bring, read from the store. */
  gapFilled(events: number): void;
  /** The connections here were compared with the store. */
  reconciled(durationMs: number): void;
  /** The connection to the other nodes came back. */
  busReconnected(): void;
  connectionOpened(): void;
  connectionClosed(code: number): void;
  handshakeRefused(code: string): void;
  commandRefused(code: string): void;
  /** The bus to the other nodes works, or it stopped to. */
  busConnected(isConnected: boolean): void;
  /** A message between nodes did not get through, for one of a few reasons. */
  busLost(reason: string): void;
}
