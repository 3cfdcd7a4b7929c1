import type { ClientEnvironment } from '@parley/client';
import { browserEnvironment } from '@parley/client/browser';
import type { FakeStorage } from '@parley/testkit';
import type { ProxiedNode } from '@parley/testkit/cluster/cluster';
import { ConnectionRecorder } from '../history/connection-recorder.ts';
import type { History } from '../history/history.ts';
import type { Balancer } from './round-robin.ts';
import type { User } from './user.ts';

/** A user's browser, and the balancer between it and the nodes. */
export interface Device {
  /** A reload keeps it. */
  readonly clientId: string;
  readonly user: User;
  readonly balancer: Balancer;
  readonly storage: FakeStorage;
  readonly history: History;
}

type OpenSocket = ClientEnvironment['socket'];
type Socket = ReturnType<OpenSocket>;
type SocketHandlers = Parameters<OpenSocket>[1];

/** A browser environment with a recorder on each socket, and storage that survives a reload. */
export function recordedEnvironment({ clientId, user, balancer, storage, history }: Device): ClientEnvironment {
  const at = ({ network }: ProxiedNode): ClientEnvironment =>
    browserEnvironment({ clientId, baseUrl: network.url, getToken: () => user.token });
  return {
    ...at(balancer.next()),
    persistence: storage.for(clientId),
    fetchUsers: (ids) => at(balancer.next()).fetchUsers(ids),
    probeHandshake: (id) => at(balancer.next()).probeHandshake(id),
    socket(id, handlers) {
      const dial = (node: ProxiedNode, these: SocketHandlers): Socket => {
        const recorder = new ConnectionRecorder(history, clientId, { user: user.id, node: node.name });
        return recorded(recorder, at(node).socket, { id, handlers: these });
      };
      return dialFirstAvailable(balancer.order(), dial, handlers);
    },
  };
}

/** Opens a socket to the first node that accepts it. */
function dialFirstAvailable(
  [node, ...others]: readonly ProxiedNode[],
  dial: (node: ProxiedNode, handlers: SocketHandlers) => Socket,
  handlers: SocketHandlers,
): Socket {
  if (node === undefined) throw new Error('there is no node');
  let isOpen = false;
  let isClosed = false;
  let current = dial(node, {
    opened() {
      isOpen = true;
      handlers.opened();
    },
    received: handlers.received,
    closed(code) {
      if (isOpen || isClosed || others.length === 0) handlers.closed(code);
      else current = dialFirstAvailable(others, dial, handlers);
    },
  });
  return {
    send: (text) => current.send(text),
    bufferedBytes: () => current.bufferedBytes(),
    close() {
      isClosed = true;
      current.close();
    },
  };
}

function recorded(
  recorder: ConnectionRecorder,
  open: OpenSocket,
  { id, handlers }: { readonly id: string; readonly handlers: SocketHandlers },
): Socket {
  const socket = open(id, {
    opened: handlers.opened,
    received: (text) => {
      recorder.received(text);
      handlers.received(text);
    },
    closed: (code) => {
      recorder.closed(code);
      handlers.closed(code);
    },
  });
  return {
    ...socket,
    send: (text) => {
      recorder.sent(text);
      socket.send(text);
    },
  };
}
