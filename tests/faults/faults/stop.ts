import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type FaultKind } from './fault.ts';

/** SIGSTOP and SIGCONT: everything stands still, and goes on as if no time had passed. Now and then beyond the time-out of a send. */
export const stop: FaultKind = {
  name: 'stop',
  cycles: 100,
  faultsPerComparison: 2,
  async strike(scene) {
    const { dice } = scene;
    const { name, server } = pickNode(scene);
    await sleep(dice.between(20, 300));
    const forMs = dice.chance(0.06) ? dice.between(10_500, 13_000) : dice.between(50, 1_500);
    server.signal('SIGSTOP');
    try {
      await sleep(forMs);
    } finally {
      server.signal('SIGCONT');
    }
    return `${name} stood still for ${forMs.toFixed(0)} ms`;
  },
};
