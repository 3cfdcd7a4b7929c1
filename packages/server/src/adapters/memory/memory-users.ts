import { err, ok, type UserId } from '@parley/protocol';
import type { Clock } from '#ports/clock.ts';
import { firstFreeHandle } from '#ports/handle.ts';
import type { Random } from '#ports/random.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import { newUserId } from '../new-user-id.ts';
import { compareText } from './compare.ts';
import type { MemoryUser, Tables } from './tables.ts';

export interface MemoryUsers extends Users {
  /** Adds a user with an id of the caller's choice, as the accounts library does in a database. */
  add(user: UserRecord): void;
}

export interface MemoryUsersDeps {
  readonly random: Random;
  readonly clock: Pick<Clock, 'now'>;
}

export function createMemoryUsers(tables: Tables, { random, clock }: MemoryUsersDeps): MemoryUsers {
  const all = () => [...tables.users.values()];
  const freeHandle = (name: string) => firstFreeHandle(name, new Set(all().map(({ handle }) => handle)));
  const findBySubject = (subject: string) => all().find((user) => user.subject === subject);

  return {
    add(user) {
      tables.users.set(user.id, { ...user, subject: null, changedAt: clock.now() });
    },
    async find(id) {
      return recordOrNull(tables.users.get(id));
    },
    async findMany(ids) {
      return [...new Set(ids)].flatMap((id) => recordOrNull(tables.users.get(id)) ?? []);
    },
    async search(query, limit) {
      return search(all(), query.toLowerCase()).slice(0, limit).map(record);
    },
    async findBySubject(subject) {
      return recordOrNull(findBySubject(subject));
    },
    async createForSubject(subject, name) {
      const known = findBySubject(subject);
      if (known !== undefined) return record(known);
      const handle = freeHandle(name);
      const made = { id: newUserId(random), name, handle, role: 'member', suspended: false } as const;
      const user: MemoryUser = { ...made, subject, changedAt: clock.now() };
      tables.users.set(user.id, user);
      return record(user);
    },
    async update(id, change) {
      const user = tables.users.get(id);
      if (user === undefined) return err('not_found');
      const taken = all().some((other) => other.id !== id && other.handle === change.handle);
      if (taken) return err('handle_taken');
      refuseSecondOwner(all(), id, change.role);
      const changed = { ...user, ...change, changedAt: clock.now() };
      tables.users.set(id, changed);
      return ok(record(changed));
    },
    async changedSince(sinceMs) {
      return all()
        .filter(({ changedAt }) => changedAt > sinceMs)
        .map(record);
    },
    async isEmpty() {
      return tables.users.size === 0;
    },
  };
}

function record({ id, name, handle, role, suspended }: MemoryUser): UserRecord {
  return { id, name, handle, role, suspended };
}

function recordOrNull(user: MemoryUser | undefined): UserRecord | null {
  return user === undefined ? null : record(user);
}

function search(users: readonly MemoryUser[], query: string): MemoryUser[] {
  const found = users
    .filter(({ suspended }) => !suspended)
    .map((user) => ({ user, name: user.name.toLowerCase() }))
    .filter(({ user, name }) => name.includes(query) || user.handle.includes(query))
    .map((hit) => ({ ...hit, rank: hit.name.startsWith(query) || hit.user.handle.startsWith(query) ? 0 : 1 }));
  return found
    .toSorted((a, b) => a.rank - b.rank || compareText(a.name, b.name) || compareText(a.user.handle, b.user.handle))
    .map(({ user }) => user);
}

function refuseSecondOwner(users: readonly MemoryUser[], id: UserId, role: UserRecord['role'] | undefined): void {
  if (role === 'owner' && users.some((user) => user.id !== id && user.role === 'owner')) {
    throw new Error('the server has an owner');
  }
}
