import { pino, stdSerializers } from 'pino';
import type { Config } from '#config/config.ts';
import type { Logger } from '#ports/logger.ts';

/** JSON lines on standard output. `err` in the fields becomes its type, message and stack. */
export function createPinoLogger(level: Config['logLevel']): Logger {
  return pino({ level, base: null, serializers: { err: stdSerializers.err } });
}
