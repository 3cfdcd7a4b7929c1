import { setTimeout as sleep } from 'node:timers/promises';
import { sharedOf, type FaultKind } from './fault.ts';
import { NATS_PATIENCE_MS, stayAway } from './outage-duration.ts';

/** kill -9 of NATS, and its return. What it was carrying is gone, and nobody is told. */
export const natsOutage: FaultKind = {
  name: 'nats-outage',
  nodes: 3,
  cycles: 100,
  faultsPerComparison: 3,
  async strike(scene) {
    const { dice } = scene;
    const { nats } = sharedOf(scene);
    await sleep(dice.between(20, 600));
    await nats.kill('SIGKILL');
    const forMs = await stayAway(scene, NATS_PATIENCE_MS);
    await nats.start();
    return `kill -9 of NATS, away for ${forMs} ms`;
  },
};
