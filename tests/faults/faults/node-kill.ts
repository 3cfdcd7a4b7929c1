import { setTimeout as sleep } from 'node:timers/promises';
import { startAgain } from '../run/supervise.ts';
import { pickNodes, type FaultKind } from './fault.ts';

/** kill -9 of a node at a random moment under load, of two now and then, and of all; they return when they can. */
export const nodeKill: FaultKind = {
  name: 'node-kill',
  nodes: 3,
  cycles: 200,
  faultsPerComparison: 4,
  async strike(scene) {
    const { cluster, dice } = scene;
    await sleep(dice.between(20, 600));
    const count = dice.chance(0.75) ? 1 : 2 + dice.below(cluster.nodes.length - 1);
    const struck = pickNodes(scene, count);
    await Promise.all(struck.map(({ server }) => server.kill('SIGKILL')));
    await sleep(dice.chance(0.5) ? 0 : dice.between(0, 1_500));
    await Promise.all(struck.map(({ server }) => startAgain(server)));
    return `kill -9 of ${struck.map(({ name }) => name).join(', ')}`;
  },
};
