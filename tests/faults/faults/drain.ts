import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type Fault } from './fault.ts';

/** Sends SIGTERM under load and starts the server again, as in a rolling restart. */
export const drain: Fault = {
  name: 'drain',
  repetitions: 50,
  faultsPerComparison: 1,
  async inject(trial) {
    const { random, history } = trial;
    const { name, server } = pickNode(trial);
    await sleep(random.between(50, 500));
    const startedMs = performance.now();
    const exitCode = await server.kill('SIGTERM');
    history.measure('exit code of a server after SIGTERM', exitCode ?? -1, { atLeast: 0, atMost: 0 });
    const drainedMs = performance.now() - startedMs;
    await server.start();
    return `SIGTERM to ${name}, which took ${drainedMs.toFixed(0)} ms to end`;
  },
};
