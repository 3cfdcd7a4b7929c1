import { parley } from '../targets/parley.ts';
import { cEpoll, socketIo, wsLoop } from '../targets/plain.ts';
import type { Room, Workload } from '../targets/target.ts';
import { deliveryFigures, measureRooms, type Post } from './channels.ts';
import { interleave, pick, toCase, type Case, type Context, type Scenario } from './scenario.ts';

const IN_FLIGHT = 64;
const GROUP = 10;
const POSTS = 1_000;
/** Channels of a workspace by size: their number, the fraction of all people in each, and their share of the messages. */
const CHANNEL_SIZES = [
  { channels: 3, members: 0.8, traffic: 0.02 },
  { channels: 30, members: 0.03, traffic: 0.18 },
  { channels: 300, members: 0.003, traffic: 0.5 },
] as const;
const DIRECT = { conversations: 1_000, traffic: 0.3 };

export const manyChannels: Scenario = {
  name: 'many-channels',
  title: 'Many channels',
  about:
    'Groups: every channel has 10 people. Company: 3 channels with 80 % of the people, 30 with 3 %, 300 with 0.3 %, and ' +
    '1,000 direct messages, which get 2, 18, 50 and 30 % of the messages. 64 messages are in flight over all channels.',
  async run(context: Context): Promise<Case[]> {
    const people = context.quick ? 300 : 5_000;
    const cases: Case[] = [];
    for (const { name, fixture, posts, targets } of situations(context, people)) {
      context.log(name);
      const samples = await interleave(
        context,
        targets.map((target) => ({
          name: target.name,
          measure: () => measureRooms(context, { target, fixture, posts, inFlight: [IN_FLIGHT] }),
        })),
      );
      const figures = pick(samples, (sample) => deliveryFigures(sample.get(IN_FLIGHT)));
      cases.push(toCase({ name, primary: 'deliveriesPerSecond' }, figures));
    }
    return cases;
  },
};

function situations({ programs }: Context, people: number) {
  const label = people.toLocaleString('en');
  const inGroups = groups(people);
  // The C program supports one room per connection, so it can’t run the workspace.
  const multiRoom = [parley, wsLoop, socketIo];
  return [
    { name: `${label} connections in groups of ${GROUP}`, ...inGroups, targets: [cEpoll(programs), ...multiRoom] },
    { name: `${label} connections in a company`, ...workspace(people), targets: multiRoom },
  ];
}

interface Situation {
  readonly fixture: Workload;
  readonly posts: readonly Post[];
}

function groups(people: number): Situation {
  const rooms = Array.from({ length: people / GROUP }, (_, room): Room => {
    return { people: Array.from({ length: GROUP }, (__, member) => room * GROUP + member) };
  });
  return { fixture: { people, rooms }, posts: rooms.map((_, room) => ({ person: room * GROUP, room })) };
}

/** The same workspace in every run. */
function workspace(people: number): Situation {
  const random = seededRandom();
  const pickPerson = (): number => Math.floor(random() * people);
  const kinds = CHANNEL_SIZES.map(({ channels, members, traffic }) => {
    const size = Math.max(3, Math.round(members * people));
    return { traffic, rooms: Array.from({ length: channels }, (): Room => ({ people: distinct(size, pickPerson) })) };
  });
  const direct = Array.from({ length: DIRECT.conversations }, (): Room => {
    return { people: distinct(2, pickPerson), isDirect: true };
  });
  const all = [...kinds, { traffic: DIRECT.traffic, rooms: direct }];
  const rooms = all.flatMap((kind) => kind.rooms);
  const posts = all.flatMap((kind) => {
    return Array.from({ length: Math.round(kind.traffic * POSTS) }, (): Post => {
      const chosen = kind.rooms[Math.floor(random() * kind.rooms.length)];
      const person = chosen?.people[Math.floor(random() * chosen.people.length)] ?? 0;
      return { person, room: chosen === undefined ? 0 : rooms.indexOf(chosen) };
    });
  });
  return { fixture: { people, rooms }, posts: shuffled(posts, random) };
}

function distinct(count: number, next: () => number): number[] {
  const found = new Set<number>();
  while (found.size < count) found.add(next());
  return [...found];
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** A linear congruential generator, with the constants of Numerical Recipes. */
function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
