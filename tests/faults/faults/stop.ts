import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type Fault } from './fault.ts';

/** SIGSTOP and SIGCONT: pauses the process, sometimes for longer than the timeout of a send. */
export const stop: Fault = {
  name: 'stop',
  repetitions: 100,
  faultsPerComparison: 2,
  async inject(trial) {
    const { random } = trial;
    const { name, server } = pickNode(trial);
    await sleep(random.between(20, 300));
    const forMs = random.chance(0.06) ? random.between(10_500, 13_000) : random.between(50, 1_500);
    server.signal('SIGSTOP');
    try {
      await sleep(forMs);
    } finally {
      server.signal('SIGCONT');
    }
    return `${name} was paused for ${forMs.toFixed(0)} ms`;
  },
};
