import { z } from 'zod';
import { ERROR_POLICY, type ErrorCode } from '../errors.ts';
import { ref } from '../ids.ts';

export const errorFrame = z.object({
  type: z.literal('error'),
  ref: ref.optional(),
  code: z.enum(Object.keys(ERROR_POLICY) as [ErrorCode, ...ErrorCode[]]),
  /** English, for logs and developers. Clients show their own text for `code`. */
  message: z.string(),
  retryAfterMs: z.int().nonnegative().optional(),
});

export type ErrorFrame = z.infer<typeof errorFrame>;
