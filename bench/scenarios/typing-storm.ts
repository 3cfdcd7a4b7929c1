import type { StreamOptions } from '../measure/generator.ts';
import { measure } from '../measure/run.ts';
import type { Figures } from '../measure/summary.ts';
import { parley } from '../targets/parley.ts';
import { oneRoom } from '../targets/target.ts';
import { connectAll, deliveryFigures, sendersOf } from './channels.ts';
import { interleave, pick, toCase, type Case, type Context, type Scenario } from './scenario.ts';

/** The interval at which a typing client repeats its frame, see docs/protocol.md. */
const TYPING_REPEAT_S = 3;
const MESSAGES_PER_SECOND = 10;
const SENDERS = 16;

export const typingStorm: Scenario = {
  name: 'typing-storm',
  title: 'Typing storm',
  about:
    `One channel gets ${MESSAGES_PER_SECOND} messages a second, first alone, then while a fifth of its people type: each ` +
    `sends a typing frame every ${TYPING_REPEAT_S} s. The cost is the added latency of the messages.`,
  async run(context: Context): Promise<Case[]> {
    const people = context.quick ? 500 : 5_000;
    const typists = people / 5;
    const samples = await interleave(context, [
      { name: 'Parley', measure: () => measureStorm(context, people, typists) },
    ]);
    const label = `${people.toLocaleString('en')} connections`;
    return [
      toCase(
        { name: `${label}, nobody types`, primary: 'deliveryP99Us' },
        pick(samples, ({ baseline }) => baseline),
      ),
      toCase(
        { name: `${label}, ${typists.toLocaleString('en')} type`, primary: 'deliveryP99Us' },
        pick(samples, ({ storm }) => storm),
      ),
    ];
  },
};

async function measureStorm(
  context: Context,
  people: number,
  typists: number,
): Promise<{ baseline: Figures; storm: Figures }> {
  const fixture = oneRoom(people);
  await using connected = await connectAll(context, parley, fixture);
  const { started, generator } = connected;
  const posts = Array.from({ length: SENDERS }, (_, person) => ({ person, room: 0 }));
  const messages: StreamOptions = {
    inFlight: 1_000,
    perSecond: MESSAGES_PER_SECOND,
    done: 'delivered',
    senders: sendersOf(started, fixture, posts),
  };
  const channel = /"channel":"([^"]+)"/.exec(started.frameFor(0, 0))?.[1];
  const text = JSON.stringify({ type: 'typing', channel, on: true });
  const typing: StreamOptions = {
    inFlight: 1,
    perSecond: typists / TYPING_REPEAT_S,
    done: 'sent',
    senders: Array.from({ length: typists }, (_, person) => ({ connection: people - 1 - person, receivers: 0, text })),
  };
  const baseline = await measure(started, generator, { ...context, streams: [messages] });
  const storm = await measure(started, generator, { ...context, streams: [messages, typing] });
  return { baseline: deliveryFigures(baseline), storm: deliveryFigures(storm) };
}
