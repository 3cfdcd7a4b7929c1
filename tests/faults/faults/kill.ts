import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type Fault } from './fault.ts';

/** kill -9 at a random moment under load, sometimes again during the restart. */
export const kill: Fault = {
  name: 'kill',
  repetitions: 300,
  faultsPerComparison: 5,
  async inject(trial) {
    const { random } = trial;
    const { name, server } = pickNode(trial);
    await sleep(random.between(20, 600));
    await server.kill('SIGKILL');
    if (!random.chance(0.15)) {
      await server.start();
      return `kill -9 of ${name}`;
    }
    const starting = server.start().then(
      () => 'healthy',
      () => 'dead',
    );
    const afterMs = random.between(50, 900);
    await sleep(afterMs);
    await server.kill('SIGKILL');
    const was = await starting;
    await server.start();
    return `kill -9 of ${name}, and again ${afterMs.toFixed(0)} ms into its start (${was})`;
  },
};
