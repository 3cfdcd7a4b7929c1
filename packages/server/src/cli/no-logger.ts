import type { Logger } from '#ports/logger.ts';

/** Commands print their result, so the adapters they open log nothing. */
export const noLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
