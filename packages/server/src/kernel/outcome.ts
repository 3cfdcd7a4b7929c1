import type { ErrorCode } from '@parley/protocol';
import { err, type Result } from '@parley/protocol';

/** An expected "no", with the protocol's code. */
export interface Refusal {
  readonly code: ErrorCode;
  /** English, for developers. Never tells what the actor may not know. */
  readonly message: string;
  readonly retryAfterMs?: number;
}

export type Outcome<T> = Result<T, Refusal>;

export function refuse(code: ErrorCode, message: string): { readonly ok: false; readonly error: Refusal } {
  return err({ code, message });
}

/** There is none, or the asker is no member: both look alike. */
export const NO_CHANNEL = refuse('not_found', 'no such channel');
