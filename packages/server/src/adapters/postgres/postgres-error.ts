import pg from 'pg';
import { StoreUnavailable } from '#ports/store.ts';

/** A statement that failed, with the driver's error. It does not leave this folder: see `toStoreError`. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  readonly driverError: unknown;
  /** The connection is lost, or must be closed. */
  readonly isLost: boolean;
  /** The connection had already died unnoticed: a retry on another one may succeed. */
  readonly isStale: boolean;
  /** SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html); null when the server did not answer. */
  readonly code: string | null;

  constructor(driverError: unknown, during: 'connecting' | 'statement') {
    super('a statement failed');
    this.driverError = driverError;
    this.code = driverError instanceof pg.DatabaseError ? (driverError.code ?? null) : null;
    const isFatal = driverError instanceof pg.DatabaseError && driverError.severity !== 'ERROR';
    this.isLost = this.code === null || isFatal;
    const isLate = driverError instanceof Error && /timeout/i.test(driverError.message);
    this.isStale = during === 'statement' && this.isLost && !isLate;
  }

  /** It failed because of a concurrent transaction. A retry sees the result of that transaction. */
  get isRace(): boolean {
    return this.code !== null && RACES.has(this.code);
  }
}

const CODE = {
  uniqueViolation: '23505',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  insufficientPrivilege: '42501',
} as const;

/** A duplicate may also be the caller's mistake: then every attempt fails. */
const RACES: ReadonlySet<string> = new Set([CODE.uniqueViolation, CODE.serializationFailure, CODE.deadlockDetected]);

/** Classes of SQLSTATE that blame the request. All others blame the environment. */
const REQUEST_ERRORS: ReadonlySet<string> = new Set(['21', '22', '23', '42']);

const UNAVAILABLE_REASONS: Readonly<Record<string, string>> = {
  '08': 'the connection to the database failed',
  '25': 'the database can not be written to, or ended the transaction',
  '28': 'the database rejects the credentials of this server',
  '40': 'concurrent transactions conflicted in every attempt',
  '53': 'the database has no room: disk, memory or connections',
  '55': 'another server holds a lock that is needed',
  '57': 'the database is stopping or starting, or cancelled the statement',
  '58': 'the database can not access its disk',
  XX: 'the database is damaged, or has a bug',
};

/**
 * The error for the caller: `StoreUnavailable` when the environment is at fault, PostgreSQL's message otherwise. The
 * driver's error is left out, because its details quote what users wrote.
 */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof StatementFailed)) return error;
  const { code, driverError } = error;
  const words = driverError instanceof Error ? driverError.message : String(driverError);
  if (code === null) return new StoreUnavailable(`the database does not answer (${words})`);
  const about = code.slice(0, 2);
  if (REQUEST_ERRORS.has(about) && code !== CODE.insufficientPrivilege) {
    return new Error(`${words} (PostgreSQL: ${code})`);
  }
  return new StoreUnavailable(`${UNAVAILABLE_REASONS[about] ?? 'the database failed'} (PostgreSQL: ${words}, ${code})`);
}

/** The reason why the database could not be opened, for the person who starts the server. `where` contains no password. */
export function openingError(error: unknown, where: string): Error {
  const outside = toStoreError(error);
  const reason = outside instanceof Error ? outside.message : String(outside);
  return new Error(`Can not open the database ${where}: ${reason}.`);
}
