import type { AccountsTables } from '#ports/accounts-tables.ts';

/**
 * Every table, as Kysely sees it. The file of each feature adds its own tables with `declare module './tables.ts'`: see
 * `reactions.ts`. Times are milliseconds since the epoch.
 */
export interface Tables extends AccountsTables {}
