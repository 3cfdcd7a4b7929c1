import type { User, UserId } from '@parley/protocol';
import { useParley, useSelected } from '@parley/react';

type Users = ReadonlyMap<UserId, User>;

const indexes = new WeakMap<Users, ReadonlyMap<string, User>>();

/** The known user with this handle. */
export function useUserByHandle(handle: string): User | null {
  return useSelected(useParley().users, (users) => indexOf(users).get(handle) ?? null);
}

/** Cached per map, so that all mentions on screen share one index: the map is replaced only when a user changes. */
function indexOf(users: Users): ReadonlyMap<string, User> {
  const known = indexes.get(users);
  if (known !== undefined) return known;
  const index = new Map([...users.values()].map((user) => [user.handle, user]));
  indexes.set(users, index);
  return index;
}
