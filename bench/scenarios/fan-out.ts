import { parley } from '../targets/parley.ts';
import { cEpoll, nodeNet, socketIo, wsLoop } from '../targets/plain.ts';
import { oneRoom, type Target } from '../targets/target.ts';
import { deliveryFigures, measureRooms } from './channels.ts';
import { interleave, pick, toCase, type Case, type Context, type Scenario } from './scenario.ts';

const IN_FLIGHT = [1, 16];
const MAX_SENDERS = 16;

export const fanOut: Scenario = {
  name: 'fan-out',
  title: 'Fan-out: one channel',
  about:
    'Everyone is in one channel and 16 of them post 200-byte messages; a message is sent when an earlier one has reached everyone. ' +
    'Parley stores each message on disk before it is delivered; the others store nothing and authenticate nobody.',
  async run(context: Context): Promise<Case[]> {
    const targets: Target[] = [cEpoll(context.programs), nodeNet, parley, wsLoop, socketIo];
    const cases: Case[] = [];
    for (const people of context.quick ? [300] : [1_000, 5_000]) {
      context.log(`${people} connections`);
      const fixture = oneRoom(people);
      const posts = Array.from({ length: MAX_SENDERS }, (_, person) => ({ person, room: 0 }));
      const samples = await interleave(
        context,
        targets.map((target) => ({
          name: target.name,
          measure: () => measureRooms(context, { target, fixture, posts, inFlight: IN_FLIGHT }),
        })),
      );
      for (const inFlight of IN_FLIGHT) {
        const name = `${people.toLocaleString('en')} connections, ${inFlight} in flight`;
        const figures = pick(samples, (sample) => deliveryFigures(sample.get(inFlight)));
        cases.push(toCase({ name, primary: 'deliveriesPerSecond' }, figures));
      }
    }
    return cases;
  },
};
