/** Locks for state that no single row represents. They end with their transaction. The first number is ours ("parl"). */
const OURS = 0x70_61_72_6c;

/** Held by a node that migrates the tables, and while a whole database is copied. */
export const LOCK_MIGRATION = `select pg_advisory_xact_lock(${OURS}, 1)`;
/** Held by a transaction that creates users, or changes a handle, a subject or a role. */
export const LOCK_USERS = `select pg_advisory_xact_lock(${OURS}, 2)`;
