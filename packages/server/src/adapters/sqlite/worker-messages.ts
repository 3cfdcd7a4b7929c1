import type { SqlStatement } from '../sql/statement.ts';

/** What the thread that holds a connection is started with. */
export interface WorkerSettings {
  /** The database's file. */
  readonly file: string;
  /** A file to hold locked as long as the thread lives; null for a connection that only reads. */
  readonly lockFile: string | null;
}

export interface WorkerRequest {
  readonly id: number;
  /** Must a transaction be open as the first step begins? If it is not as it must be, nothing runs. */
  readonly inTransaction: boolean;
  readonly steps: readonly SqlStatement[];
}

export interface StepResult {
  readonly rows: readonly unknown[];
  /** Rows inserted, updated or deleted. */
  readonly changes: number;
  readonly lastInsertRowid: number;
}

/** The steps before the one that failed have run. */
export interface WorkerFailure {
  readonly message: string;
  /** SQLite's extended result code; null when the failure is not SQLite's. */
  readonly resultCode: number | null;
}

export type WorkerReply =
  | { readonly id: number; readonly results: readonly StepResult[] }
  | { readonly id: number; readonly failure: WorkerFailure };

/** The first message of a thread. */
export type WorkerStart = { readonly opened: true } | { readonly opened: false; readonly failure: WorkerFailure };
