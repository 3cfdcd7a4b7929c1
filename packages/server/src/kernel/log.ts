import type { ChannelId } from '@parley/protocol';
import { MAX_GROUP_COMMIT, MAX_COMMIT_RETRIES, MAX_QUEUED_DRAFTS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { StoreUnavailable, type CommitScope, type Store } from '#ports/store.ts';
import { unionScope, type Change } from './change.ts';
import { Ledger, type MembershipGrant } from './ledger.ts';
import { refuse, type Outcome } from './outcome.ts';

/** Appends to the logs of the channels. */
export interface Log {
  /** Resolves once the change is durable, or refused. Changes are decided in the order of the calls. */
  append<T>(change: Change<T>): Promise<Outcome<T>>;
  /**
   * Resolves once all commits stored so far have been published. Readers can see a commit before its publication, because
   * reads do not wait for writes.
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
  /** Called for every commit, in order, before its changes get their outcomes. */
  readonly onCommitted: (ledger: Ledger) => void;
  /** Called for each failed attempt to commit, after `onCommitted` if a retry succeeded. */
  readonly onUncertainCommit: (commit: UncertainCommit) => void;
}

/** What a failed commit may have stored anyway, without a publication. */
export interface UncertainCommit {
  readonly channels: readonly ChannelId[];
  readonly grants: readonly MembershipGrant[];
}

/** A change in the queue. `settle` returns its outcome to the caller once it is durable. */
interface QueuedChange {
  readonly scope: Partial<CommitScope>;
  readonly decide: (ledger: Ledger) => void;
  readonly settle: () => void;
  readonly refuse: () => void;
  readonly fail: (error: unknown) => void;
}

const UNAVAILABLE = refuse('unavailable', 'the message store does not answer');

/**
 * Group commit: changes that arrive during a commit are queued and stored by the next one, in a single transaction. A lone
 * change waits for nothing, and many share one fsync.
 */
export function createLog(deps: LogDeps): Log {
  let queue: QueuedChange[] = [];
  let isRunning = false;
  let publishing = Promise.resolve();

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.slice(0, MAX_GROUP_COMMIT);
      queue = queue.slice(group.length);
      publishing = commitGroup(deps, group);
      await publishing;
    }
    isRunning = false;
  }

  return {
    append<T>(change: Change<T>): Promise<Outcome<T>> {
      if (queue.length >= MAX_QUEUED_DRAFTS) return Promise.resolve(UNAVAILABLE);
      return new Promise<Outcome<T>>((resolve, reject) => {
        queue.push(toQueued(change, resolve, reject));
        if (isRunning) return;
        isRunning = true;
        // Changes of the same turn share the commit: otherwise the first of many would get a commit of its own.
        deps.afterTurn(() => void run());
      });
    },
    published: () => publishing,
  };
}

function toQueued<T>(
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
  const uncertain: UncertainCommit[] = [];
  let ledger: Ledger;
  try {
    ledger = await commit(deps, group, uncertain);
  } catch (error) {
    for (const attempt of uncertain) deps.onUncertainCommit(attempt);
    return refuseGroup(deps, group, error);
  }
  deps.metrics.committed(group.length, deps.clock.elapsed() - startedMs);
  deps.onCommitted(ledger);
  for (const attempt of uncertain) deps.onUncertainCommit(attempt);
  for (const queued of group) queued.settle();
}

async function refuseGroup(deps: LogDeps, group: readonly QueuedChange[], error: unknown): Promise<void> {
  if (error instanceof StoreUnavailable) {
    deps.logger.error({ err: error, drafts: group.length }, 'a commit failed');
    for (const queued of group) queued.refuse();
  } else if (group.length > 1) {
    // A bug in one rule must not fail the others: each change is retried alone.
    for (const queued of group) await commitGroup(deps, [queued]);
  } else {
    deps.logger.error({ err: error }, 'a change could not be decided');
    group[0]?.fail(error);
  }
}

/** Retries a failed commit. This is safe because a change that was stored appends nothing the second time. */
async function commit(
  { store, clock }: LogDeps,
  group: readonly QueuedChange[],
  uncertain: UncertainCommit[],
): Promise<Ledger> {
  const scope = unionScope(group.map((queued) => queued.scope));
  for (;;) {
    let grants: readonly MembershipGrant[] = [];
    try {
      return await store.commit(scope, (state) => {
        const ledger = new Ledger(state, clock.now());
        for (const queued of group) queued.decide(ledger);
        ({ grants } = ledger.committed());
        return ledger.decision(ledger);
      });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      uncertain.push({ channels: scope.channels, grants });
      if (uncertain.length > MAX_COMMIT_RETRIES) throw error;
    }
  }
}
