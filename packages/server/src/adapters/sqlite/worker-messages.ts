import type { SqlStatement } from '../sql/statement.ts';

/** The arguments of the thread that owns a connection. */
export interface WorkerSettings {
  /** The database's file. */
  readonly file: string;
  /** A file that stays locked as long as the thread lives; null for a connection that only reads. */
  readonly lockFile: string | null;
}

export interface WorkerRequest {
  readonly id: number;
  /** Whether a transaction must be open before the first step. Nothing runs when this differs from the actual state. */
  readonly inTransaction: boolean;
  readonly steps: readonly SqlStatement[];
}

export interface StepResult {
  readonly rows: readonly unknown[];
  /** The number of rows inserted, updated or deleted. */
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
