import { StoreUnavailable } from '#ports/store.ts';
import type { WorkerFailure } from './worker-messages.ts';

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that blame the environment, not the request. */
const CODE = {
  busy: 5,
  locked: 6,
  outOfMemory: 7,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
} as const;

const UNAVAILABLE_REASONS: Readonly<Record<number, string>> = {
  [CODE.busy]: 'another program holds the database',
  [CODE.locked]: 'another program holds the database',
  [CODE.outOfMemory]: 'out of memory',
  [CODE.readOnly]: 'the database can not be written to',
  [CODE.inputOutput]: 'the disk failed',
  [CODE.corrupt]: 'the database file is damaged',
  [CODE.full]: 'disk full',
  [CODE.cantOpen]: 'the database file can not be opened',
  [CODE.notADatabase]: 'the database file is damaged',
};

/** Converts SQLite's error to a value that can be sent to another thread. */
export function failureOf(error: unknown): WorkerFailure {
  if (!(error instanceof Error)) return { message: String(error), resultCode: null };
  const resultCode = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null;
  return { message: error.message, resultCode };
}

/** `StoreUnavailable` when the environment is at fault, SQLite's message otherwise (callers match "UNIQUE constraint"). */
export function toError({ message, resultCode }: WorkerFailure): Error {
  const reason = reasonOf(resultCode);
  return reason === undefined ? new Error(message) : new StoreUnavailable(`${reason} (SQLite: ${message})`);
}

/** The reason why the database in `folder` could not be opened, for the person who starts the server. */
export function openingError({ message, resultCode }: WorkerFailure, folder: string): Error {
  const code = primary(resultCode);
  const reason = isLock(message, code)
    ? 'Another Parley server uses this folder, or another program holds its database.'
    : `${reasonOf(resultCode) ?? 'the database could not be opened'} (SQLite: ${message}).`;
  return new Error(`Can not open the database in ${folder}: ${reason}`);
}

/** Whether the file itself is damaged. */
export function isDamage({ resultCode }: WorkerFailure): boolean {
  const code = primary(resultCode);
  return code === CODE.corrupt || code === CODE.notADatabase;
}

function isLock(message: string, code: number | null): boolean {
  return code === CODE.busy || code === CODE.locked || message.includes('database is locked');
}

function reasonOf(resultCode: number | null): string | undefined {
  const code = primary(resultCode);
  return code === null ? undefined : UNAVAILABLE_REASONS[code];
}

/** An extended result code has its primary code in the lowest byte. */
function primary(resultCode: number | null): number | null {
  return resultCode === null ? null : resultCode & 0xff;
}
