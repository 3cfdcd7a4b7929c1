import { setTimeout as sleep } from 'node:timers/promises';
import { Wire } from '../workload/recorded-socket.ts';
import { pickNode, type FaultKind } from './fault.ts';

const BYSTANDERS = 200;

/** Hundreds of connections are cut at one moment and all return at the next, several times. */
export const reconnectStorm: FaultKind = {
  name: 'reconnect-storm',
  cycles: 30,
  faultsPerComparison: 1,
  async strike(scene) {
    const { dice, place, history } = scene;
    const node = pickNode(scene);
    const connect = (): Promise<Wire | null> => {
      const person = dice.pick(place.people);
      if (person === undefined) throw new Error('nobody is there');
      return Wire.open({ node, url: node.network.url, person, name: 'bystander', history }).catch(() => null);
    };
    let crowd = await Promise.all(Array.from({ length: BYSTANDERS }, connect));
    const cuts = 1 + dice.below(3);
    for (let cut = 0; cut < cuts; cut += 1) {
      node.network.cut();
      node.network.heal();
      crowd = await Promise.all(crowd.map(connect));
      history.measure('of a storm did not return', crowd.filter((wire) => wire === null).length, { atMost: 0 });
      await sleep(dice.between(0, 300));
    }
    for (const wire of crowd) wire?.close();
    await Promise.all(crowd.flatMap((wire) => (wire === null ? [] : [wire.closed])));
    return `${BYSTANDERS} connections were cut ${cuts} times`;
  },
};
