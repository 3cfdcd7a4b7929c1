import type { LinkState } from './link-state.ts';
import type { ConnectionStatus } from './parley-client.ts';

const IDLE: ConnectionStatus = { name: 'idle' };
const ONLINE: ConnectionStatus = { name: 'online' };

export function statusOf(state: LinkState): ConnectionStatus {
  switch (state.name) {
    case 'idle':
      return IDLE;
    case 'dialing':
    case 'greeting':
    case 'asking':
      return { name: 'connecting', attempt: state.attempt, sinceMs: state.downSinceMs };
    case 'live':
      return ONLINE;
    case 'waiting':
      return { name: 'waiting', attempt: state.attempt, sinceMs: state.downSinceMs, retryAtMs: state.retryAtMs };
    case 'stopped':
      return { name: 'stopped', reason: state.reason };
  }
}
