import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type Fault } from './fault.ts';

/** Limits some or all connections to less than their traffic, and delays them. */
export const throttle: Fault = {
  name: 'throttle',
  repetitions: 50,
  faultsPerComparison: 1,
  async inject(trial) {
    const { random } = trial;
    const { network } = pickNode(trial);
    await sleep(random.between(50, 300));
    const bytesPerSecond = random.between(1_000, 20_000);
    const delayMs = random.between(10, 400);
    const share = random.chance(0.5) ? 1 : 0.5;
    const affected = network.connections().filter(() => random.chance(share));
    for (const connection of affected) {
      connection.setReplies({ bytesPerSecond, delayMs });
      connection.setRequests({ bytesPerSecond, delayMs });
    }
    const forMs = random.between(500, 3_000);
    await sleep(forMs);
    network.heal();
    const pace = `${(bytesPerSecond / 1_000).toFixed(0)} kB/s, ${delayMs.toFixed(0)} ms late`;
    return `${affected.length} connections at ${pace} for ${forMs.toFixed(0)} ms`;
  },
};
