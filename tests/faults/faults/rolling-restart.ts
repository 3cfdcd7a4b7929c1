import { setTimeout as sleep } from 'node:timers/promises';
import { pickNodes, type Fault } from './fault.ts';

/** Sends SIGTERM to each node in turn, expects a clean exit, and starts it again, while all clients write. */
export const rollingRestart: Fault = {
  name: 'rolling-restart',
  nodes: 3,
  repetitions: 50,
  faultsPerComparison: 1,
  async inject(trial) {
    const { cluster, random, history } = trial;
    const drainedMs: number[] = [];
    for (const { server } of pickNodes(trial, cluster.nodes.length)) {
      await sleep(random.between(20, 300));
      const startedMs = performance.now();
      const exitCode = await server.kill('SIGTERM');
      history.measure('exit code of a node after SIGTERM', exitCode ?? -1, { atLeast: 0, atMost: 0 });
      drainedMs.push(performance.now() - startedMs);
      await server.start();
    }
    return `all nodes in turn; draining took ${drainedMs.map((ms) => ms.toFixed(0)).join(', ')} ms`;
  },
};
