import { setTimeout as sleep } from 'node:timers/promises';
import { linksOf, pickNode, type FaultKind } from './fault.ts';

/** All that one node has open to NATS and to PostgreSQL is late: news arrive after what was read from the database. */
export const slowLinks: FaultKind = {
  name: 'slow-links',
  nodes: 3,
  cycles: 50,
  faultsPerComparison: 2,
  async strike(scene) {
    const { dice } = scene;
    const node = pickNode(scene);
    const { nats, postgres } = linksOf(node);
    await sleep(dice.between(20, 400));
    const natsMs = Math.round(dice.between(50, 2_500));
    const postgresMs = dice.chance(0.5) ? 0 : Math.round(dice.between(5, 150));
    for (const { link, delayMs } of [
      { link: nats, delayMs: natsMs },
      { link: postgres, delayMs: postgresMs },
    ]) {
      for (const connection of link.connections()) {
        connection.setRequests({ delayMs });
        connection.setReplies({ delayMs });
      }
    }
    await sleep(dice.between(500, 4_000));
    nats.heal();
    postgres.heal();
    return `${node.name} hears NATS ${natsMs} ms late, and PostgreSQL ${postgresMs} ms`;
  },
};
