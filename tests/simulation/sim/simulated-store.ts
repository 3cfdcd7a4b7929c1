import { StoreUnavailable, type Decision, type Store, type Users } from '@parley/server/testing';
import type { SimulatedProcess } from '@parley/testkit';
import type { SimContext } from './context.ts';

export interface SimulatedStoreDeps {
  readonly context: SimContext;
  readonly name: string;
  /** The node's process: its requests die with it, stored data does not. */
  readonly process: SimulatedProcess;
  readonly durable: Store;
  /** The database runs in the node's process: requests in flight at a crash are never executed. */
  readonly isAlone: boolean;
  /** Called at each moment of each request. */
  readonly reached?: (moment: StoreMoment) => void;
}

/** Moments at which a node may crash: while it waits for the store, or while it processes the response. */
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
 * The shared durable store as one node sees it over a connection: each request takes time in both directions, so
 * requests may overtake each other. Some fail, and some are executed although they appear to fail.
 */
export function simulatedStore(deps: SimulatedStoreDeps): Store {
  const { durable, context } = deps;
  const ask = asker(deps);
  const random = context.random.fork(`disk of ${deps.name}`);
  // The disk is full or fsync fails: the decision is not stored.
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

/** The users, behind the same connection. Only the queries of the core: accounts are not simulated. */
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
    // A request in flight when the node crashed may still reach the store.
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

/** Captures the outcome, to return or throw it when it arrives at the node. */
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
  for (const { guarantee, what } of oracle.record(decision, clock.elapsed())) reportViolation(guarantee, what);
  if (decision.events.length > 1) count('group commit');
  for (const event of decision.events) {
    count(`stored ${event.type}`);
    note(() => `  stored ${event.channel}#${event.seq} ${event.type} by ${event.by}`);
  }
}
