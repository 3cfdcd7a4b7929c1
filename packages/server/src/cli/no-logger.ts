import type { Logger } from '#ports/logger.ts';

/** A command tells its person what it did; a log of it would be said twice. */
export const noLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
