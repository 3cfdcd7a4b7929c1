import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type FaultKind } from './fault.ts';

/** SIGTERM under load and a new start, as in a rolling restart. */
export const drain: FaultKind = {
  name: 'drain',
  cycles: 50,
  faultsPerComparison: 1,
  async strike(scene) {
    const { dice, history } = scene;
    const { name, server } = pickNode(scene);
    await sleep(dice.between(50, 500));
    const startedMs = performance.now();
    const exitCode = await server.kill('SIGTERM');
    history.measure('exit code of a server that was asked to end', exitCode ?? -1, { atLeast: 0, atMost: 0 });
    const drainedMs = performance.now() - startedMs;
    await server.start();
    return `${name} was asked to end, which took ${drainedMs.toFixed(0)} ms`;
  },
};
