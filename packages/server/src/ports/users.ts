import type { Result, UserId, UserRole } from '@parley/protocol';

/** Who there is. Accounts (email, password, sessions) belong to the accounts library; this is what chat knows of a user. */
export interface Users {
  find(id: UserId): Promise<UserRecord | null>;
  /** Unknown ids are left out. */
  findMany(ids: readonly UserId[]): Promise<UserRecord[]>;
  /** By name or handle, those that start with `query` first, suspended ones left out. An empty query lists all, by name. */
  search(query: string, limit: number): Promise<UserRecord[]>;
  /** The user that another application knows as `subject`. */
  findBySubject(subject: string): Promise<UserRecord | null>;
  /** Makes a user for a JWT's subject, with a free handle made from the name. The same subject again answers the same user. */
  createForSubject(subject: string, name: string): Promise<UserRecord>;
  update(id: UserId, change: UserChange): Promise<Result<UserRecord, 'not_found' | 'handle_taken'>>;
  /** Those whose name, handle, role or suspension changed after `sinceMs` by the store's clock. */
  changedSince(sinceMs: number): Promise<UserRecord[]>;
  isEmpty(): Promise<boolean>;
}

export interface UserRecord {
  readonly id: UserId;
  readonly name: string;
  readonly handle: string;
  readonly role: UserRole;
  readonly suspended: boolean;
}

export interface UserChange {
  readonly name?: string;
  readonly handle?: string;
  readonly role?: UserRole;
  readonly suspended?: boolean;
}
