import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type FaultKind } from './fault.ts';

/** Some connections, or all, are slow and late, below what is said on them. */
export const throttle: FaultKind = {
  name: 'throttle',
  cycles: 50,
  faultsPerComparison: 1,
  async strike(scene) {
    const { dice } = scene;
    const { network } = pickNode(scene);
    await sleep(dice.between(50, 300));
    const bytesPerSecond = dice.between(1_000, 20_000);
    const delayMs = dice.between(10, 400);
    const share = dice.chance(0.5) ? 1 : 0.5;
    const struck = network.connections().filter(() => dice.chance(share));
    for (const connection of struck) {
      connection.setReplies({ bytesPerSecond, delayMs });
      connection.setRequests({ bytesPerSecond, delayMs });
    }
    const forMs = dice.between(500, 3_000);
    await sleep(forMs);
    network.heal();
    const pace = `${(bytesPerSecond / 1_000).toFixed(0)} kB/s, ${delayMs.toFixed(0)} ms late`;
    return `${struck.length} connections at ${pace} for ${forMs.toFixed(0)} ms`;
  },
};
