import pg from 'pg';
import { StoreUnavailable } from '#ports/store.ts';

/** A statement that failed, with whatever the driver threw. It does not leave this folder: see `outward`. */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  readonly driverError: unknown;
  /** The connection has gone with it, or has to go. */
  readonly isLost: boolean;
  /** The connection had died before, which nobody noticed: another one may do. */
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

  /** It did not get through because of what others did at the same moment: the next attempt sees what they did. */
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

/** A duplicate may be the caller's mistake as well: then it is one in every attempt. */
const RACES: ReadonlySet<string> = new Set([CODE.uniqueViolation, CODE.serializationFailure, CODE.deadlockDetected]);

/** Classes of SQLSTATE that are about what was asked. All others are about the world. */
const REQUEST_ERRORS: ReadonlySet<string> = new Set(['21', '22', '23', '42']);

const UNAVAILABLE_REASONS: Readonly<Record<string, string>> = {
  '08': 'the connection to the database failed',
  '25': 'the database can not be written to, or gave the transaction up',
  '28': 'the database does not let this server in',
  '40': 'others came in the way, again and again',
  '53': 'the database has no room: disk, memory or connections',
  '55': 'another server holds what is needed',
  '57': 'the database is stopping, starting, or gave the statement up',
  '58': 'the database can not use its disk',
  XX: 'the database is damaged, or has a bug',
};

/**
 * The error for whoever asked: `StoreUnavailable` for what the world did; PostgreSQL's own words otherwise. The driver's
 * error is left out: its details quote what people wrote.
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

/** Why the database could not be opened, for the person who starts the server. `where` has no password in it. */
export function openingError(error: unknown, where: string): Error {
  const outside = toStoreError(error);
  const reason = outside instanceof Error ? outside.message : String(outside);
  return new Error(`Can not open the database ${where}: ${reason}.`);
}
