import { setTimeout as sleep } from 'node:timers/promises';
import { sharedOf, type FaultKind } from './fault.ts';
import { POSTGRES_PATIENCE_MS, stayAway } from './outage-duration.ts';

/** PostgreSQL is shut down immediately, or its main process is killed, under load; it returns by recovering from its log. */
export const postgresCrash: FaultKind = {
  name: 'postgres-crash',
  nodes: 3,
  cycles: 50,
  faultsPerComparison: 2,
  async strike(scene) {
    const { dice } = scene;
    const { postgres } = sharedOf(scene);
    await sleep(dice.between(20, 600));
    const isKilled = dice.chance(0.5);
    await (isKilled ? postgres.kill() : postgres.stop('immediate'));
    const forMs = await stayAway(scene, POSTGRES_PATIENCE_MS);
    await postgres.start();
    return `${isKilled ? 'kill -9' : 'immediate shutdown'} of PostgreSQL, away for ${forMs} ms`;
  },
};
