/** Locks on what no row stands for. They end with their transaction. The first number is ours ("parl"). */
const OURS = 0x70_61_72_6c;

/** Held by whoever brings the tables to a new version, or copies everything. */
export const LOCK_MIGRATION = `select pg_advisory_xact_lock(${OURS}, 1)`;
/** Held by whoever makes users or changes who somebody is. */
export const LOCK_USERS = `select pg_advisory_xact_lock(${OURS}, 2)`;
