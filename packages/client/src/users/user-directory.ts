import {
  type LogEvent,
  MAX_USER_IDS_PER_REQUEST,
  type MessagePage,
  type ReadyFrame,
  type User,
  type UserId,
} from '@parley/protocol';
import type { ClientEnvironment } from '../environment.ts';

/** Ids that one burst of frames brings up are asked for together. */
const BATCH_DELAY_MS = 20;
const RETRY_MS = 5_000;

export type UserDirectoryDeps = Pick<ClientEnvironment, 'clock' | 'fetchUsers'> & { batch(task: () => void): void };

/** Everyone heard of. Looks up who is not known yet, and once per connection who may have changed meanwhile. */
export class UserDirectory {
  readonly #deps: UserDirectoryDeps;
  #users: ReadonlyMap<UserId, User> = new Map();
  #online: ReadonlySet<UserId> = new Set();
  /** Known, or known to be unknown, since this connection began. */
  readonly #fresh = new Set<UserId>();
  #requested = new Set<UserId>();
  #isFetching = false;
  #stop: (() => void) | null = null;

  constructor(deps: UserDirectoryDeps) {
    this.#deps = deps;
  }

  /** Another map after each change. */
  get users(): ReadonlyMap<UserId, User> {
    return this.#users;
  }

  /** Another set after each change. */
  get online(): ReadonlySet<UserId> {
    return this.#online;
  }

  /** A new connection: what was not heard of while away is to be looked up again. */
  ready({ user, online = [] }: ReadyFrame): void {
    this.#fresh.clear();
    this.#online = new Set(online);
    this.upsert([user]);
  }

  /** The connection is gone: who comes and goes is not heard of any more. */
  disconnected(): void {
    this.#online = new Set();
  }

  upsert(users: readonly User[]): void {
    const known = new Map(this.#users);
    for (const user of users) {
      known.set(user.id, user);
      this.#fresh.add(user.id);
    }
    this.#users = known;
  }

  setOnline(user: UserId, isOnline: boolean): void {
    const online = new Set(this.#online);
    if (isOnline) online.add(user);
    else online.delete(user);
    this.#online = online;
  }

  request(ids: Iterable<UserId>): void {
    for (const id of ids) if (!this.#fresh.has(id)) this.#requested.add(id);
    if (this.#requested.size > 0) this.#fetchSoon(BATCH_DELAY_MS);
  }

  requestOf(event: LogEvent): void {
    this.request([event.by]);
    if ('user' in event) this.request([event.user]);
    if (event.type === 'message' && 'mentions' in event.message) this.request(event.message.mentions ?? []);
  }

  requestOfPage(page: MessagePage): void {
    for (const { by, mentions = [], reactions = [] } of page.messages) {
      this.request([by, ...mentions, ...reactions.flatMap(({ users }) => users)]);
    }
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #fetchSoon(delayMs: number): void {
    if (this.#isFetching) return;
    this.#stop ??= this.#deps.clock.after(delayMs, () => {
      this.#stop = null;
      this.#fetch();
    });
  }

  #fetch(): void {
    const ids = [...this.#requested].filter((id) => !this.#fresh.has(id)).slice(0, MAX_USER_IDS_PER_REQUEST);
    if (ids.length === 0) return this.#requested.clear();
    this.#isFetching = true;
    this.#deps.fetchUsers(ids).then(
      (users) => {
        for (const id of ids) {
          this.#requested.delete(id);
          // Also when the server knows nobody by it: asking again would not change that.
          this.#fresh.add(id);
        }
        this.#deps.batch(() => this.upsert(users));
        this.#fetchDone(BATCH_DELAY_MS);
      },
      () => this.#fetchDone(RETRY_MS),
    );
  }

  #fetchDone(delayMs: number): void {
    this.#isFetching = false;
    if (this.#requested.size > 0) this.#fetchSoon(delayMs);
  }
}
