import type { ErrorCode } from '@parley/protocol';
import { err, type Result } from '@parley/protocol';

/** An expected refusal, with a code of the protocol. */
export interface Refusal {
  readonly code: ErrorCode;
  /** English, for developers. Contains nothing that the actor may not know. */
  readonly message: string;
  readonly retryAfterMs?: number;
}

export type Outcome<T> = Result<T, Refusal>;

export function refuse(code: ErrorCode, message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code, message });
}

/** The channel or message does not exist, or the actor is no member: both look alike. */
export const NO_CHANNEL = refuse('not_found', 'no such channel');
export const NO_MESSAGE = refuse('not_found', 'no such message');
