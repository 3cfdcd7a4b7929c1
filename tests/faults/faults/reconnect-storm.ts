import { setTimeout as sleep } from 'node:timers/promises';
import { RecordedSocket } from '../workload/recorded-socket.ts';
import { pickNode, type Fault } from './fault.ts';

const BYSTANDERS = 200;

/** Cuts hundreds of connections at once, which then all reconnect at once, several times. */
export const reconnectStorm: Fault = {
  name: 'reconnect-storm',
  repetitions: 30,
  faultsPerComparison: 1,
  async inject(trial) {
    const { random, fixtures, history } = trial;
    const node = pickNode(trial);
    const connect = (): Promise<RecordedSocket | null> => {
      const user = random.pick(fixtures.users);
      if (user === undefined) throw new Error('there are no users');
      return RecordedSocket.open({ node, url: node.network.url, user, name: 'bystander', history }).catch(() => null);
    };
    let crowd = await Promise.all(Array.from({ length: BYSTANDERS }, connect));
    const cuts = 1 + random.below(3);
    for (let cut = 0; cut < cuts; cut += 1) {
      node.network.cut();
      node.network.heal();
      crowd = await Promise.all(crowd.map(connect));
      history.measure('connections that could not reconnect', crowd.filter((socket) => socket === null).length, {
        atMost: 0,
      });
      await sleep(random.between(0, 300));
    }
    for (const socket of crowd) socket?.close();
    await Promise.all(crowd.flatMap((socket) => (socket === null ? [] : [socket.closed])));
    return `${BYSTANDERS} connections were cut ${cuts} times`;
  },
};
