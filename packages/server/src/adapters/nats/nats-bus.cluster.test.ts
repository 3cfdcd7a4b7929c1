import { afterAll } from 'vitest';
import { busContract } from '#ports/bus.contract.ts';
import { natsFixture } from '#testing/nats-fixture.ts';

const fixture = await natsFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

let opened = 0;

busContract('over NATS', async () => {
  opened += 1;
  const secret = `the secret of installation ${opened}`;
  const [here, there] = await Promise.all([fixture.open({ secret }), fixture.open({ secret })]);
  return { here, there, settle: () => fixture.settle(here, there) };
});
