import { setTimeout as sleep } from 'node:timers/promises';
import { linksOf, pickNode, type Fault } from './fault.ts';

/**
 * Delays one node's connections to NATS and PostgreSQL, so that messages arrive after the database reads that include
 * them.
 */
export const slowLinks: Fault = {
  name: 'slow-links',
  nodes: 3,
  repetitions: 50,
  faultsPerComparison: 2,
  async inject(trial) {
    const { random } = trial;
    const node = pickNode(trial);
    const { nats, postgres } = linksOf(node);
    await sleep(random.between(20, 400));
    const natsMs = Math.round(random.between(50, 2_500));
    const postgresMs = random.chance(0.5) ? 0 : Math.round(random.between(5, 150));
    for (const { link, delayMs } of [
      { link: nats, delayMs: natsMs },
      { link: postgres, delayMs: postgresMs },
    ]) {
      for (const connection of link.connections()) {
        connection.setRequests({ delayMs });
        connection.setReplies({ delayMs });
      }
    }
    await sleep(random.between(500, 4_000));
    nats.heal();
    postgres.heal();
    return `${node.name}: NATS is ${natsMs} ms late, PostgreSQL ${postgresMs} ms`;
  },
};
