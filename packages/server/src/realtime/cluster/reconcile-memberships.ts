import { CLOSE, type ChannelId, type UserId } from '@parley/protocol';
import type { Feed } from '#kernel/feed.ts';
import { RECONCILE_BATCH } from '#limits.ts';
import type { MembershipDigest, MemberState, Store } from '#ports/store.ts';
import type { Connection } from '../connection/connection.ts';
import { addToChannel, type MembershipDeps } from '../fanout/membership-changes.ts';

export interface ReconcileMembershipsDeps extends MembershipDeps {
  readonly store: Pick<Store, 'membershipDigests' | 'memberships' | 'summaryOf'>;
  readonly feed: Pick<Feed, 'check' | 'followFrom'>;
}

/**
 * Compares the subscriptions of the connections here, and the cursors they were sent, with the store, and repairs what the
 * bus lost. One query gets a digest of many users; only users whose digest changed are read in full.
 */
export class MembershipReconciler {
  readonly #deps: ReconcileMembershipsDeps;
  /** The digest marks of the last run, of the users who were connected then. */
  #marks: ReadonlyMap<UserId, string> = new Map();
  readonly #staleChannels = new WeakMap<Connection, ReadonlySet<ChannelId>>();

  constructor(deps: ReconcileMembershipsDeps) {
    this.#deps = deps;
  }

  async run(): Promise<void> {
    const { store, hub } = this.#deps;
    const users = [...hub.users()];
    const marks = new Map<UserId, string>();
    for (let from = 0; from < users.length; from += RECONCILE_BATCH) {
      const batch = users.slice(from, from + RECONCILE_BATCH);
      const digests = await store.membershipDigests(batch);
      const changed = batch.filter((user) => this.#mayHaveChanged(user, digests.get(user)));
      if (changed.length > 0) await this.#reconcile(changed);
      for (const [user, { mark }] of digests) marks.set(user, mark);
    }
    this.#marks = marks;
  }

  #mayHaveChanged(user: UserId, digest: MembershipDigest | undefined): boolean {
    if (digest === undefined || digest.mark !== this.#marks.get(user)) return true;
    return this.#live(user).some(({ channels }) => channels.size !== digest.channels);
  }

  async #reconcile(users: readonly UserId[]): Promise<void> {
    const memberships = new Map<UserId, MemberState[]>(users.map((user) => [user, []]));
    for (const row of await this.#deps.store.memberships(users)) memberships.get(row.user)?.push(row);
    for (const [user, rows] of memberships) {
      this.#checkRemovals(user, new Set(rows.map(({ channel }) => channel)));
      for (const row of rows) if (this.#isUnsent(row)) await this.#send(row);
    }
  }

  /** The feed looks for the `left` in the log. A connection that is still subscribed in the next run is closed. */
  #checkRemovals(user: UserId, channels: ReadonlySet<ChannelId>): void {
    for (const connection of this.#live(user)) {
      const gone = new Set([...connection.channels].filter((channel) => !channels.has(channel)));
      const before = this.#staleChannels.get(connection);
      if ([...gone].some((channel) => before?.has(channel))) {
        connection.close(CLOSE.restarting, 'still subscribed after a removal');
      }
      this.#staleChannels.set(connection, gone);
      this.#deps.feed.check([...gone]);
    }
  }

  #isUnsent({ user, channel, readSeq }: MemberState): boolean {
    const connections = this.#live(user);
    if (connections.length === 0) return false;
    const isNew = connections.some(({ channels }) => !channels.has(channel));
    return isNew || this.#deps.cursors.lastSent(user, channel) < readSeq;
  }

  /** Reads the summary again: the membership may have ended since. If it ends later, the log after this position has it. */
  async #send({ user, channel }: MemberState): Promise<void> {
    const { store, cursors } = this.#deps;
    const summary = await store.summaryOf(channel, user);
    if (summary === null) return;
    addToChannel(this.#deps, user, summary);
    const { readSeq: seq, unread, mentions, lastSeq } = summary;
    if (cursors.lastSent(user, channel) < seq) {
      cursors.send({ user, channel, seq, unread, mentions, lastSeq, from: null });
    }
  }

  /** Connections that are initializing get the state in `ready`. */
  #live(user: UserId): Connection[] {
    return [...this.#deps.hub.connectionsOf(user)].filter(
      ({ isInitializing, isClosed }) => !isInitializing && !isClosed,
    );
  }
}
