import type { ChannelId } from '@parley/protocol';
import { MAX_GROUP_COMMIT, MAX_COMMIT_RETRIES, MAX_QUEUED_DRAFTS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { StoreUnavailable, type CommitScope, type Store } from '#ports/store.ts';
import { unionScope, type Change } from './change.ts';
import { Ledger, type MembershipGrant } from './ledger.ts';
import { refuse, type Outcome } from './outcome.ts';

/** The way into every channel's log. */
export interface Log {
  /** Resolves once the change is durable, or refused. Changes are decided in the order in which they were handed in. */
  append<T>(change: Change<T>): Promise<Outcome<T>>;
  /**
   * Resolves when what is stored by now has been told to `committed`. The store answers reads beside the writing: a
   * read may know of a commit before its news is out.
   */
  published(): Promise<void>;
}

export interface LogDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Runs a task after everything that this turn of the event loop brings. */
  readonly afterTurn: (task: () => void) => void;
  /** Hears of every commit, in order, before whoever asked for it gets an answer. */
  readonly onCommitted: (ledger: Ledger) => void;
  /** Hears of each commit that failed, after `committed` if it was repeated with success. */
  readonly onUncertainCommit: (doubt: UncertainCommit) => void;
}

/** What a commit that failed may have stored all the same, unheard of by everyone. */
export interface UncertainCommit {
  readonly channels: readonly ChannelId[];
  readonly gains: readonly MembershipGrant[];
}

/** A change in the queue. Whoever asked learns the outcome at `settle`, when it is durable. */
interface QueuedChange {
  readonly scope: Partial<CommitScope>;
  readonly decide: (ledger: Ledger) => void;
  readonly settle: () => void;
  readonly refuse: () => void;
  readonly fail: (error: unknown) => void;
}

const UNAVAILABLE = refuse('unavailable', 'the message store does not answer');

/**
 * Group commit: what arrives while a commit is running waits, and is stored by the next one in a single transaction.
 * So a lone message waits for nothing, and a crowd shares one fsync.
 */
export function createLog(deps: LogDeps): Log {
  let waiting: QueuedChange[] = [];
  let running = false;
  let publishing = Promise.resolve();

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP_COMMIT);
      waiting = waiting.slice(group.length);
      publishing = commitGroup(deps, group);
      await publishing;
    }
    running = false;
  }

  return {
    append<T>(change: Change<T>): Promise<Outcome<T>> {
      if (waiting.length >= MAX_QUEUED_DRAFTS) return Promise.resolve(UNAVAILABLE);
      return new Promise<Outcome<T>>((resolve, reject) => {
        waiting.push(enqueue(change, resolve, reject));
        if (running) return;
        running = true;
        // What the same turn brings comes along: or the first of a crowd would be stored, and told, on its own.
        deps.afterTurn(() => void run());
      });
    },
    published: () => publishing,
  };
}

function enqueue<T>(
  change: Change<T>,
  resolve: (outcome: Outcome<T>) => void,
  reject: (error: unknown) => void,
): QueuedChange {
  let outcome: Outcome<T> = UNAVAILABLE;
  return {
    scope: change.scope,
    decide: (ledger) => {
      outcome = change.decide(ledger);
    },
    settle: () => resolve(outcome),
    refuse: () => resolve(UNAVAILABLE),
    fail: reject,
  };
}

async function commitGroup(deps: LogDeps, group: readonly QueuedChange[]): Promise<void> {
  const startedMs = deps.clock.elapsed();
  const doubts: UncertainCommit[] = [];
  let ledger: Ledger;
  try {
    ledger = await commit(deps, group, doubts);
  } catch (error) {
    for (const doubt of doubts) deps.onUncertainCommit(doubt);
    return refuseGroup(deps, group, error);
  }
  deps.metrics.committed(group.length, deps.clock.elapsed() - startedMs);
  deps.onCommitted(ledger);
  for (const doubt of doubts) deps.onUncertainCommit(doubt);
  for (const waiting of group) waiting.settle();
}

async function refuseGroup(deps: LogDeps, group: readonly QueuedChange[], error: unknown): Promise<void> {
  if (error instanceof StoreUnavailable) {
    deps.logger.error({ err: error, drafts: group.length }, 'a commit failed');
    for (const waiting of group) waiting.refuse();
  } else if (group.length > 1) {
    // A bug in one rule must not take the others down with it: each is tried alone.
    for (const waiting of group) await commitGroup(deps, [waiting]);
  } else {
    deps.logger.error({ err: error }, 'a change could not be decided');
    group[0]?.fail(error);
  }
}

/** A commit that failed may be repeated, because a change that was stored decides to append nothing the second time. */
async function commit(
  { store, clock }: LogDeps,
  group: readonly QueuedChange[],
  doubts: UncertainCommit[],
): Promise<Ledger> {
  const scope = unionScope(group.map((waiting) => waiting.scope));
  for (;;) {
    let gains: readonly MembershipGrant[] = [];
    try {
      return await store.commit(scope, (state) => {
        const ledger = new Ledger(state, clock.now());
        for (const waiting of group) waiting.decide(ledger);
        ({ gains } = ledger.committed());
        return ledger.decision(ledger);
      });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      doubts.push({ channels: scope.channels, gains });
      if (doubts.length > MAX_COMMIT_RETRIES) throw error;
    }
  }
}
