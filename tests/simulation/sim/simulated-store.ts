import { StoreUnavailable, type Decision, type Store, type Users } from '@parley/server/testing';
import type { SimulatedProcess } from '@parley/testkit';
import type { Guarantee } from '../invariants/guarantees.ts';
import type { SimContext } from './context.ts';

export interface SimulatedStoreDeps {
  readonly context: SimContext;
  readonly name: string;
  /** The node that asks: what it asks dies with it, what was stored does not. */
  readonly process: SimulatedProcess;
  readonly durable: Store;
  /** Its database lives in its own process: what was under way when that died never arrives. */
  readonly isAlone: boolean;
  /** Called at every moment of every question. */
  readonly reached?: (moment: StoreMoment) => void;
}

/** A node may die at each: while it waits for the store, or in one of the steps that it takes with the answer. */
export const STORE_MOMENTS = [
  'commit on its way',
  'commit stored',
  'commit answered',
  'read on its way',
  'read answered',
] as const;
export type StoreMoment = (typeof STORE_MOMENTS)[number];

const LONGEST_MS = 4_000;

/**
 * The one durable store, as a node sees it through a connection: every question takes its time, in both directions, so
 * two of them may overtake each other; some fail, and some are carried out although they seem to fail.
 */
export function simulatedStore(deps: SimulatedStoreDeps): Store {
  const { durable, context } = deps;
  const ask = asker(deps);
  const random = context.random.fork(`disk of ${deps.name}`);
  // The disk is full, or its fsync fails: what was decided is not stored.
  const isRolledBack = (): boolean => {
    const isFailing = random.chance(context.conditions.commitRolledBack);
    if (isFailing) context.count('commit rolled back');
    return isFailing;
  };
  return {
    commit: (scope, decide) =>
      ask(async () => {
        let decision: Decision<unknown> | null = null;
        const result = await durable.commit(scope, (state) => {
          const decided = decide(state);
          if (isRolledBack()) throw new StoreUnavailable('rolled back');
          decision = decided;
          return decided;
        });
        if (decision !== null) recordCommit(context, decision);
        return result;
      }, 'commit'),
    epoch: () => ask(() => durable.epoch()),
    isMember: (channel, user) => ask(() => durable.isMember(channel, user)),
    channelIdsOf: (user) => ask(() => durable.channelIdsOf(user)),
    summariesOf: (user) => ask(() => durable.summariesOf(user)),
    summaryOf: (channel, user) => ask(() => durable.summaryOf(channel, user)),
    listChannels: (user) => ask(() => durable.listChannels(user)),
    membershipDigests: (users) => ask(() => durable.membershipDigests(users)),
    memberships: (users) => ask(() => durable.memberships(users)),
    memberIds: (channel) => ask(() => durable.memberIds(channel)),
    eventsAfter: (channel, after, limit) => ask(() => durable.eventsAfter(channel, after, limit)),
    eventsForMember: (member, after, limit) => ask(() => durable.eventsForMember(member, after, limit)),
    messages: (channel, query) => ask(() => durable.messages(channel, query)),
    heads: (channels) => ask(() => durable.heads(channels)),
    now: () => ask(() => durable.now()),
    probe: () => ask(() => durable.probe()),
    close: async () => undefined,
  };
}

/** The users, behind the same connection. Only what the core asks: accounts are not part of this world. */
export function simulatedUsers(deps: SimulatedStoreDeps, users: Users): Users {
  const ask = asker(deps);
  return {
    ...users,
    find: (id) => ask(() => users.find(id)),
    findMany: (ids) => ask(() => users.findMany(ids)),
    changedSince: (sinceMs) => ask(() => users.changedSince(sinceMs)),
  };
}

type Request = 'commit' | 'read';

function asker({ context, name, process, isAlone, reached = () => undefined }: SimulatedStoreDeps) {
  const random = context.random.fork(`store of ${name}`);
  const travelMs = (): number => {
    const { storeMs, storeSlow } = context.conditions;
    const slowMs = random.chance(storeSlow) ? random.between(0, LONGEST_MS) : 0;
    return Math.floor(random.between(...storeMs) + slowMs);
  };
  const fail = (what: string): never => {
    context.count(what);
    throw new StoreUnavailable(what);
  };
  const forget = (kind: Request): Promise<never> => {
    if (kind === 'commit') context.count('commit abandoned by a crash');
    return new Promise(() => undefined);
  };
  return async <T>(question: () => Promise<T>, kind: Request = 'read'): Promise<T> => {
    const { clock, conditions } = context;
    reached(`${kind} on its way`);
    await new Promise<void>((resolve) => void clock.after(travelMs(), resolve));
    // What was under way when the node died may have reached the store all the same.
    if (process.isDead && (isAlone || random.chance(0.5))) return forget(kind);
    if (random.chance(conditions.storeFails)) {
      await process.pause(travelMs());
      return fail(`${kind} failed`);
    }
    const outcome = await settled(question());
    if (kind === 'commit') reached('commit stored');
    await process.pause(travelMs());
    reached(`${kind} answered`);
    if (kind === 'commit' && random.chance(context.conditions.commitAnswerLost)) return fail('commit answer lost');
    return outcome();
  };
}

/** The outcome, to be thrown or answered later: when it arrives at the node. */
async function settled<T>(promise: Promise<T>): Promise<() => T> {
  try {
    const value = await promise;
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function recordCommit({ oracle, clock, count, reportViolation, note }: SimContext, decision: Decision<unknown>): void {
  for (const problem of oracle.record(decision, clock.elapsed())) reportViolation(guaranteeOf(problem), problem);
  if (decision.events.length > 1) count('group commit');
  for (const event of decision.events) {
    count(`stored ${event.type}`);
    note(() => `  stored ${event.channel}#${event.seq} ${event.type} by ${event.by}`);
  }
}

function guaranteeOf(problem: string): Guarantee {
  if (problem.includes('is stored already')) return 'G2 once';
  if (problem.includes('no member')) return 'G6 members only';
  return problem.includes('moves back') ? 'G1 durable' : 'G3 one order';
}
