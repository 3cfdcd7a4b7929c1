import type { ClientParts } from '@parley/client';
import { browserParts } from '@parley/client/browser';
import type { FakeStorage } from '@parley/testkit';
import type { ClusterNode } from '@parley/testkit/cluster/proxied-cluster';
import { Witness } from '../history/connection-recorder.ts';
import type { History } from '../history/history.ts';
import type { Balancer } from './round-robin.ts';
import type { Person } from './user.ts';

/** Someone's browser, and what is between it and the nodes. */
export interface Device {
  /** A reload keeps it. */
  readonly clientId: string;
  readonly person: Person;
  readonly balancer: Balancer;
  readonly storage: FakeStorage;
  readonly history: History;
}

type OpenSocket = ClientParts['socket'];
type Socket = ReturnType<OpenSocket>;
type SocketHandlers = Parameters<OpenSocket>[1];

/** Those of a browser, with a witness at each socket, and storage that outlives the page. */
export function surroundings({ clientId, person, balancer, storage, history }: Device): ClientParts {
  const at = ({ network }: ClusterNode): ClientParts =>
    browserParts({ clientId, baseUrl: network.url, getToken: () => person.token });
  return {
    ...at(balancer.next()),
    persistence: storage.for(clientId),
    fetchUsers: (ids) => at(balancer.next()).fetchUsers(ids),
    askVerdict: (id) => at(balancer.next()).askVerdict(id),
    socket(id, handlers) {
      const dial = (node: ClusterNode, these: SocketHandlers): Socket => {
        const witness = new Witness(history, clientId, { user: person.id, node: node.name });
        return witnessed(witness, at(node).socket, { id, handlers: these });
      };
      return dialInTurn(balancer.order(), dial, handlers);
    },
  };
}

/** A socket to the first node that takes it. */
function dialInTurn(
  [node, ...others]: readonly ClusterNode[],
  dial: (node: ClusterNode, handlers: SocketHandlers) => Socket,
  handlers: SocketHandlers,
): Socket {
  if (node === undefined) throw new Error('there is no node');
  let isTaken = false;
  let isGivenUp = false;
  let current = dial(node, {
    opened() {
      isTaken = true;
      handlers.opened();
    },
    received: handlers.received,
    closed(code) {
      if (isTaken || isGivenUp || others.length === 0) handlers.closed(code);
      else current = dialInTurn(others, dial, handlers);
    },
  });
  return {
    send: (text) => current.send(text),
    bufferedBytes: () => current.bufferedBytes(),
    close() {
      isGivenUp = true;
      current.close();
    },
  };
}

function witnessed(
  witness: Witness,
  open: OpenSocket,
  { id, handlers }: { readonly id: string; readonly handlers: SocketHandlers },
): Socket {
  const socket = open(id, {
    opened: handlers.opened,
    received: (text) => {
      witness.heard(text);
      handlers.received(text);
    },
    closed: (code) => {
      witness.closed(code);
      handlers.closed(code);
    },
  });
  return {
    ...socket,
    send: (text) => {
      witness.said(text);
      socket.send(text);
    },
  };
}
