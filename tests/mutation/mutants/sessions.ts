import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in sessions. */
export const SESSIONS_MUTANTS: readonly Mutant[] = [
  {
    name: 'a sign-out closes no sockets',
    file: `${SERVER}/realtime/fanout/on-user-message.ts`,
    find: 'if (connection.session === message.session)',
    replace: "if (connection.session === '' && message.session === '')",
  },
  {
    name: 'a sign-out during the handshake is missed',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: "if (identity === 'ended') connection.close(CLOSE.sessionEnded, 'ended');",
    replace: '',
  },
];
