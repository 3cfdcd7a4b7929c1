import { setTimeout as sleep } from 'node:timers/promises';
import { servicesOf, type Fault } from './fault.ts';
import { POSTGRES_TIMEOUT_MS, outageDuration } from './outage-duration.ts';

/**
 * Shuts PostgreSQL down in mode `immediate`, or kills its main process, under load. It recovers from its log on
 * restart.
 */
export const postgresCrash: Fault = {
  name: 'postgres-crash',
  nodes: 3,
  repetitions: 50,
  faultsPerComparison: 2,
  async inject(trial) {
    const { random } = trial;
    const { postgres } = servicesOf(trial);
    await sleep(random.between(20, 600));
    const isKilled = random.chance(0.5);
    await (isKilled ? postgres.kill() : postgres.stop('immediate'));
    const forMs = await outageDuration(trial, POSTGRES_TIMEOUT_MS);
    await postgres.start();
    return `${isKilled ? 'kill -9' : 'immediate shutdown'} of PostgreSQL, down for ${forMs} ms`;
  },
};
