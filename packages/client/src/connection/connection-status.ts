import type { ConnectionStatus } from '../parley-client.ts';
import type { ConnectionState } from './connection-state.ts';

export function statusOf(state: ConnectionState): ConnectionStatus {
  switch (state.name) {
    case 'idle':
      return state;
    case 'connecting':
    case 'awaiting-ready':
    case 'probing':
      return { name: 'connecting', attempt: state.attempt, sinceMs: state.downSinceMs };
    case 'online':
      return { name: 'online' };
    case 'backing-off':
      return { name: 'waiting', attempt: state.attempt, sinceMs: state.downSinceMs, retryAtMs: state.retryAtMs };
    case 'stopped':
      return { name: 'stopped', reason: state.reason };
  }
}
