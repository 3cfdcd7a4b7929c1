import type { ChannelId } from '@parley/protocol';
import { MAX_COMMIT_DRAFTS, MAX_COMMIT_RETRIES, MAX_WAITING_DRAFTS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { StoreUnavailable, type CommitScope, type Store } from '#ports/store.ts';
import { unionScope, type Change } from './change.ts';
import { Ledger, type Gain } from './ledger.ts';
import { refuse, type Outcome } from './outcome.ts';

/** The way into every channel's log. */
export interface Log {
  /** Resolves once the change is durable, or refused. Changes are decided in the order in which they were handed in. */
  append<T>(change: Change<T>): Promise<Outcome<T>>;
  /**
   * Resolves when what is stored by now has been told to `committed`. The store answers reads beside the writing: a
   * read may know of a commit before its news is out.
   */
  told(): Promise<void>;
}

export interface LogParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Runs a task after everything that this turn of the event loop brings. */
  readonly afterTurn: (task: () => void) => void;
  /** Hears of every commit, in order, before whoever asked for it gets an answer. */
  readonly committed: (ledger: Ledger) => void;
  /** Hears of each commit that failed, after `committed` if it was repeated with success. */
  readonly doubtful: (doubt: Doubt) => void;
}

/** What a commit that failed may have stored all the same, unheard of by everyone. */
export interface Doubt {
  readonly channels: readonly ChannelId[];
  readonly gains: readonly Gain[];
}

/** A change in the queue. Whoever asked learns the outcome at `settle`, when it is durable. */
interface Waiting {
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
export function createLog(parts: LogParts): Log {
  let waiting: Waiting[] = [];
  let running = false;
  let telling = Promise.resolve();

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_COMMIT_DRAFTS);
      waiting = waiting.slice(group.length);
      telling = commitGroup(parts, group);
      await telling;
    }
    running = false;
  }

  return {
    append<T>(change: Change<T>): Promise<Outcome<T>> {
      if (waiting.length >= MAX_WAITING_DRAFTS) return Promise.resolve(UNAVAILABLE);
      return new Promise<Outcome<T>>((resolve, reject) => {
        waiting.push(toWaiting(change, resolve, reject));
        if (running) return;
        running = true;
        // What the same turn brings comes along: or the first of a crowd would be stored, and told, on its own.
        parts.afterTurn(() => void run());
      });
    },
    told: () => telling,
  };
}

function toWaiting<T>(
  change: Change<T>,
  resolve: (outcome: Outcome<T>) => void,
  reject: (error: unknown) => void,
): Waiting {
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

async function commitGroup(parts: LogParts, group: readonly Waiting[]): Promise<void> {
  const startedMs = parts.clock.elapsed();
  const doubts: Doubt[] = [];
  let ledger: Ledger;
  try {
    ledger = await commit(parts, group, doubts);
  } catch (error) {
    for (const doubt of doubts) parts.doubtful(doubt);
    return refuseGroup(parts, group, error);
  }
  parts.metrics.committed(group.length, parts.clock.elapsed() - startedMs);
  parts.committed(ledger);
  for (const doubt of doubts) parts.doubtful(doubt);
  for (const waiting of group) waiting.settle();
}

async function refuseGroup(parts: LogParts, group: readonly Waiting[], error: unknown): Promise<void> {
  if (error instanceof StoreUnavailable) {
    parts.logger.error({ err: error, drafts: group.length }, 'a commit failed');
    for (const waiting of group) waiting.refuse();
  } else if (group.length > 1) {
    // A bug in one rule must not take the others down with it: each is tried alone.
    for (const waiting of group) await commitGroup(parts, [waiting]);
  } else {
    parts.logger.error({ err: error }, 'a change could not be decided');
    group[0]?.fail(error);
  }
}

/** A commit that failed may be repeated, because a change that was stored decides to append nothing the second time. */
async function commit({ store, clock }: LogParts, group: readonly Waiting[], doubts: Doubt[]): Promise<Ledger> {
  const scope = unionScope(group.map((waiting) => waiting.scope));
  for (;;) {
    let gains: readonly Gain[] = [];
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
