import type { ConnectionStatus } from '../parley-client.ts';
import type { ConnectionState } from './connection-state.ts';

/** The part of the state that is public. The three steps of an attempt are one status. */
export function statusOf(state: ConnectionState): ConnectionStatus {
  switch (state.name) {
    case 'idle':
    case 'stopped':
      return state;
    case 'online':
      return { name: 'online' };
    case 'connecting':
    case 'awaiting-ready':
    case 'probing':
      return { name: 'connecting', attempt: state.attempt, sinceMs: state.downSinceMs };
    case 'backing-off':
      return {
        name: 'waiting',
        attempt: state.attempt,
        sinceMs: state.downSinceMs,
        retryAtMs: state.retryAtMs,
        reason: state.reason,
      };
  }
}
