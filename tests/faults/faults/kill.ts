import { setTimeout as sleep } from 'node:timers/promises';
import { pickNode, type FaultKind } from './fault.ts';

/** kill -9 at a random moment under load; now and then once more while it starts again. */
export const kill: FaultKind = {
  name: 'kill',
  cycles: 300,
  faultsPerComparison: 5,
  async strike(scene) {
    const { dice } = scene;
    const { name, server } = pickNode(scene);
    await sleep(dice.between(20, 600));
    await server.kill('SIGKILL');
    if (!dice.chance(0.15)) {
      await server.start();
      return `kill -9 of ${name}`;
    }
    const starting = server.start().then(
      () => 'healthy',
      () => 'dead',
    );
    const afterMs = dice.between(50, 900);
    await sleep(afterMs);
    await server.kill('SIGKILL');
    const was = await starting;
    await server.start();
    return `kill -9 of ${name}, and again ${afterMs.toFixed(0)} ms into its start (${was})`;
  },
};
