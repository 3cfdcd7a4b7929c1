import type { Result, UserId, UserRole } from '@parley/protocol';

/** The users, as chat knows them. Accounts (email, password, sessions) belong to the accounts library. */
export interface Users {
  find(id: UserId): Promise<UserRecord | null>;
  /** Omits unknown ids. */
  findMany(ids: readonly UserId[]): Promise<UserRecord[]>;
  /** By name or handle, those that start with `query` first, without suspended users. An empty query lists all, by name. */
  search(query: string, limit: number): Promise<UserRecord[]>;
  /** The user that another application knows as `subject`. */
  findBySubject(subject: string): Promise<UserRecord | null>;
  /** Creates a user for a JWT's subject, with a free handle derived from the name. Returns the existing user of a known subject. */
  createForSubject(subject: string, name: string): Promise<UserRecord>;
  update(id: UserId, change: UserChange): Promise<Result<UserRecord, 'not_found' | 'handle_taken'>>;
  /** The users whose name, handle, role or suspension changed after `sinceMs` by the store's clock. */
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
