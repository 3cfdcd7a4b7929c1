/** What the core counts. The adapter shows it as Prometheus text. */
export interface Metrics {
  /** One group commit: how many drafts it held, and how long it took. */
  committed(drafts: number, durationMs: number): void;
  /** Frames handed to sockets. */
  delivered(frames: number): void;
  connectionOpened(): void;
  connectionClosed(code: number): void;
  handshakeRefused(code: string): void;
  commandRefused(code: string): void;
}
