import { afterAll } from 'vitest';
import { busContract } from '#ports/bus.contract.ts';
import { natsWorld } from '#testing/nats-fixture.ts';

const world = await natsWorld();
afterAll(() => world[Symbol.asyncDispose]());

let opened = 0;

busContract('over NATS', async () => {
  opened += 1;
  const secret = `the secret of installation ${opened}`;
  const [here, there] = await Promise.all([world.open({ secret }), world.open({ secret })]);
  return { here, there, settle: () => world.settle(here, there) };
});
