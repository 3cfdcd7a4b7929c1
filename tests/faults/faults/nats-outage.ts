import { setTimeout as sleep } from 'node:timers/promises';
import { servicesOf, type Fault } from './fault.ts';
import { NATS_TIMEOUT_MS, outageDuration } from './outage-duration.ts';

/** kill -9 and restart of NATS. Messages in flight are lost silently. */
export const natsOutage: Fault = {
  name: 'nats-outage',
  nodes: 3,
  repetitions: 100,
  faultsPerComparison: 3,
  async inject(trial) {
    const { random } = trial;
    const { nats } = servicesOf(trial);
    await sleep(random.between(20, 600));
    await nats.kill('SIGKILL');
    const forMs = await outageDuration(trial, NATS_TIMEOUT_MS);
    await nats.start();
    return `kill -9 of NATS, down for ${forMs} ms`;
  },
};
