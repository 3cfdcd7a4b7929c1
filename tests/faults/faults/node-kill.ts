import { setTimeout as sleep } from 'node:timers/promises';
import { startAgain } from '../run/supervise.ts';
import { pickNodes, type Fault } from './fault.ts';

/** kill -9 of one node at a random moment under load, sometimes of two or all, and their restart. */
export const nodeKill: Fault = {
  name: 'node-kill',
  nodes: 3,
  repetitions: 200,
  faultsPerComparison: 4,
  async inject(trial) {
    const { cluster, random } = trial;
    await sleep(random.between(20, 600));
    const count = random.chance(0.75) ? 1 : 2 + random.below(cluster.nodes.length - 1);
    const affected = pickNodes(trial, count);
    await Promise.all(affected.map(({ server }) => server.kill('SIGKILL')));
    await sleep(random.chance(0.5) ? 0 : random.between(0, 1_500));
    await Promise.all(affected.map(({ server }) => startAgain(server)));
    return `kill -9 of ${affected.map(({ name }) => name).join(', ')}`;
  },
};
