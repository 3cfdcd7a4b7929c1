import type { Mutant } from '../mutant.ts';

const CLIENT = 'packages/client/src';

/** Mistakes in the SDK’s connection. */
export const CLIENT_CONNECTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'typing indicators never expire',
    file: `${CLIENT}/typing/typing-receiver.ts`,
    find: 'const stop = this.#deps.clock.after(this.#deps.settings.timers.typingExpireMs, expire);',
    replace: 'const stop = () => void expire;',
  },
  {
    name: 'a silent connection is never given up',
    file: `${CLIENT}/connection/connection-state.ts`,
    find: 'return state.unansweredPingMs === null ? state.pingedMs + state.pingMs : state.unansweredPingMs + STEP_TIMEOUT_MS;',
    replace: 'return Number.POSITIVE_INFINITY;',
  },
  {
    name: 'a handshake without an answer never times out',
    file: `${CLIENT}/connection/connection-state.ts`,
    find: '      return state.sinceMs + STEP_TIMEOUT_MS;',
    replace: '      return Number.POSITIVE_INFINITY;',
  },
  {
    name: 'a restart of the server is treated as a sign-out',
    file: `${CLIENT}/connection/connection-state.ts`,
    find: "    case 'stop':\n      return [{ name: 'stopped'",
    replace: "    case 'reconnect':\n    case 'stop':\n      return [{ name: 'stopped'",
  },
  {
    name: 'the close of an older connection closes the newer one',
    file: `${CLIENT}/connection/connection.ts`,
    find: 'return () => mine === this.#generation;',
    replace: 'return () => mine > 0;',
  },
];
