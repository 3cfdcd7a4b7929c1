import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxiedConnection } from '@parley/testkit/tcp-proxy';
import { pickNode, type Fault } from './fault.ts';

const WAYS: Readonly<Record<string, (connection: ProxiedConnection) => void>> = {
  'requests wait': (one) => one.setRequests({ mode: 'hold' }),
  'replies wait': (one) => one.setReplies({ mode: 'hold' }),
  'requests are lost': (one) => one.setRequests({ mode: 'drop' }),
  'replies are lost': (one) => one.setReplies({ mode: 'drop' }),
  'the client vanishes silently': (one) => one.lose('client'),
  'the server vanishes silently': (one) => one.lose('server'),
};

/**
 * Breaks some or all connections in one direction. At the end, held data arrives, and connections that lost data are
 * cut.
 */
export const halfOpen: Fault = {
  name: 'half-open',
  repetitions: 50,
  faultsPerComparison: 1,
  async inject(trial) {
    const { random } = trial;
    const { network } = pickNode(trial);
    await sleep(random.between(50, 400));
    const way = random.pick(Object.keys(WAYS)) ?? '';
    const share = random.chance(0.3) ? 1 : random.between(0.2, 0.8);
    const affected = network.connections().filter(() => random.chance(share));
    for (const connection of affected) WAYS[way]?.(connection);
    const forMs = random.between(200, 2_500);
    await sleep(forMs);
    network.heal();
    return `on ${affected.length} connections ${way} for ${forMs.toFixed(0)} ms`;
  },
};
