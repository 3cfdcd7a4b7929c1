import {
  type LogEvent,
  MAX_USER_IDS_PER_REQUEST,
  type MessagePage,
  type ReadyFrame,
  type User,
  type UserId,
} from '@parley/protocol';
import type { ClientEnvironment } from '../environment.ts';

/** The ids of one burst of frames are requested together. */
const BATCH_DELAY_MS = 20;
const RETRY_MS = 5_000;

export type UserDirectoryDeps = Pick<ClientEnvironment, 'clock' | 'fetchUsers'> & { batch(task: () => void): void };

/** All known users. Requests unknown ones, and once per connection those that may have changed in between. */
export class UserDirectory {
  readonly #deps: UserDirectoryDeps;
  #users: ReadonlyMap<UserId, User> = new Map();
  #online: ReadonlySet<UserId> = new Set();
  /** Requested since this connection started, whether the server knows them or not. */
  readonly #fresh = new Set<UserId>();
  #requested = new Set<UserId>();
  #isFetching = false;
  #stop: (() => void) | null = null;

  constructor(deps: UserDirectoryDeps) {
    this.#deps = deps;
  }

  /** A new map after each change. */
  get users(): ReadonlyMap<UserId, User> {
    return this.#users;
  }

  /** A new set after each change. */
  get online(): ReadonlySet<UserId> {
    return this.#online;
  }

  /** A new connection: changes during the outage were missed, so every user must be requested again. */
  ready({ user, online = [] }: ReadyFrame): void {
    this.#fresh.clear();
    this.#online = new Set(online);
    this.upsert([user]);
  }

  /** The connection has ended: presence is unknown. */
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
          // Even if the server knows no such user: another request would not change that.
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
