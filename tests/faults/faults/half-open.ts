import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxiedConnection } from '@parley/testkit/tcp-proxy';
import { pickNode, type FaultKind } from './fault.ts';

const WAYS: Readonly<Record<string, (connection: ProxiedConnection) => void>> = {
  'requests wait': (one) => one.setRequests({ passes: 'later' }),
  'replies wait': (one) => one.setReplies({ passes: 'later' }),
  'requests are lost': (one) => one.setRequests({ passes: 'never' }),
  'replies are lost': (one) => one.setReplies({ passes: 'never' }),
  'the client is gone, untold': (one) => one.lose('client'),
  'the server is gone, untold': (one) => one.lose('server'),
};

/** Some connections, or all, are dead in one direction. When that ends, what waited arrives, and what was lost is cut. */
export const halfOpen: FaultKind = {
  name: 'half-open',
  cycles: 50,
  faultsPerComparison: 1,
  async strike(scene) {
    const { dice } = scene;
    const { network } = pickNode(scene);
    await sleep(dice.between(50, 400));
    const way = dice.pick(Object.keys(WAYS)) ?? '';
    const share = dice.chance(0.3) ? 1 : dice.between(0.2, 0.8);
    const struck = network.connections().filter(() => dice.chance(share));
    for (const connection of struck) WAYS[way]?.(connection);
    const forMs = dice.between(200, 2_500);
    await sleep(forMs);
    network.heal();
    return `on ${struck.length} connections ${way} for ${forMs.toFixed(0)} ms`;
  },
};
