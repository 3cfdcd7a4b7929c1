import { sql } from 'kysely';
import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepare } from './statement.ts';

/** One row: what the whole database is about. */
export interface MetaTable {
  only: number;
  epoch: string;
  /** The number of migrations that ran. */
  version: number;
  /** Written by `probe`, to check that the database accepts writes. */
  probed_at: number;
  /** Signs session cookies, where nodes share a database and the configuration has no secret. */
  secret: string | null;
}

declare module './tables.ts' {
  interface Tables {
    meta: MetaTable;
  }
}

type MetaStatements = ReturnType<typeof prepareMeta>;

export function prepareMeta({ kysely, dialect }: SqlDatabase) {
  return {
    epoch: prepare({}, () => kysely.selectFrom('meta').select('epoch')),
    now: prepare({}, () => kysely.selectNoFrom(sql<number>`${sql.raw(dialect.nowMs)}`.as('nowMs'))),
    touch: prepare({ at: 'int' }, ({ at }) => kysely.updateTable('meta').set({ probed_at: at })),
  };
}

export function metaReads(db: SqlDatabase, statements: MetaStatements, clock: Pick<Clock, 'now'>) {
  return {
    async epoch() {
      const [[meta]] = await db.read([statements.epoch({})]);
      if (meta === undefined) throw new Error('the database has no epoch');
      return meta.epoch;
    },
    async now() {
      const [[row]] = await db.read([statements.now({})]);
      return Number(row?.nowMs);
    },
    async probe() {
      await db.write([], () => ({ result: undefined, steps: [statements.touch({ at: clock.now() })] }));
    },
  } satisfies Partial<Store>;
}
