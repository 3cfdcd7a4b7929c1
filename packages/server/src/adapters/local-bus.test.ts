import { busContract } from '#ports/bus.contract.ts';
import { createLocalBus } from './local-bus.ts';

busContract('in this process', async () => {
  const nullLogger = { debug() {}, info() {}, warn() {}, error() {} };
  const bus = createLocalBus(nullLogger);
  return { here: bus, there: bus, settle: async () => undefined };
});
