/** What the core counts. The adapter exports it in the Prometheus text format. */
export interface Metrics {
  /** One group commit: the number of its drafts, and its duration. */
  committed(drafts: number, durationMs: number): void;
  /** Frames passed to sockets. */
  delivered(frames: number): void;
  /** Events read from the store, because the bus did not deliver them. */
  gapFilled(events: number): void;
  /** The local connections were reconciled with the store. */
  reconciled(durationMs: number): void;
  /** The connection to the other nodes was restored. */
  busReconnected(): void;
  connectionOpened(): void;
  connectionClosed(code: number): void;
  handshakeRefused(code: string): void;
  commandRefused(code: string): void;
  /** Whether the bus to the other nodes works, at each change. */
  busConnected(isConnected: boolean): void;
  /** A message between nodes was lost, for one of a few reasons. */
  busLost(reason: string): void;
}
