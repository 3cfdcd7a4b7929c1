import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteQueryCompiler,
} from 'kysely';
import { POSTGRES, SQLITE, type Dialect } from '#adapters/sql/dialect.ts';
import { MIGRATIONS } from '#adapters/sql/migrations/index.ts';
import type { Tables } from '#adapters/sql/tables.ts';

const DIALECTS = { sqlite: SQLITE, postgres: POSTGRES } as const;

/** For tests: the statements of each migration, in order. */
export async function migrationSql(type: keyof typeof DIALECTS): Promise<readonly (readonly string[])[]> {
  const statements: string[][] = [];
  const kysely = new Kysely<Tables>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => (type === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter()),
      createQueryCompiler: () => (type === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
      createIntrospector() {
        throw new Error('a migration does not depend on the tables that exist');
      },
    },
    log({ query }) {
      statements.at(-1)?.push(query.sql);
    },
  });
  for (const migrate of MIGRATIONS) {
    statements.push([]);
    await migrate(kysely, DIALECTS[type]);
  }
  return statements;
}

/** For tests: creates a database as a Parley of that version left it. */
export async function oldDatabaseSql(type: keyof typeof DIALECTS, version: number): Promise<string[]> {
  const migrations = await migrationSql(type);
  return [
    ...createMeta(DIALECTS[type], version),
    ...migrations.slice(0, version).flat(),
    ...rows(DIALECTS[type], version),
  ];
}

/** The table as every release creates it; migrations add the later columns. */
function createMeta({ int, tableEnd }: Dialect, version: number): string[] {
  const text = tableEnd === 'strict' ? 'text' : 'text collate "C"';
  const columns = `"only" ${int} primary key check ("only" = 1), epoch ${text} not null, version ${int} not null`;
  return [
    `create table meta (${columns}, probed_at ${int} not null) ${tableEnd}`,
    `insert into meta ("only", epoch, version, probed_at) values (1, 'e_old', ${version}, 0)`,
  ];
}

export const OLD_MESSAGE = '0198b3a0-0000-7000-8000-000000000001';

/** A user, once there are users; a channel with a message and reactions, once there are messages. */
function rows({ false: no }: Dialect, version: number): string[] {
  const date = `'2026-01-01T00:00:00.000Z'`;
  const user = (id: string) => `('${id}', '${id}', '${id}', 'member', ${no}, ${no}, ${date}, ${date})`;
  const users = `insert into users (id, name, handle, role, suspended, email_verified, created_at, updated_at)
    values ${user('u_ada')}, ${user('u_bob')}`;
  const events = [
    ['u_ada', 'joined', { user: 'u_ada' }],
    ['u_ada', 'message', { message: { id: OLD_MESSAGE, body: 'hello' } }],
    ['u_ada', 'reacted', { id: OLD_MESSAGE, emoji: 'A' }],
    ['u_ada', 'reacted', { id: OLD_MESSAGE, emoji: 'B' }],
    ['u_bob', 'reacted', { id: OLD_MESSAGE, emoji: 'A' }],
  ].map(
    ([by, type, data], index) =>
      `('c_a', ${index + 1}, 5, '${by as string}', '${type as string}', '${JSON.stringify(data)}')`,
  );
  return [
    ...(version < 1 ? [] : [users]),
    ...(version < 4
      ? []
      : [
          `insert into channels values ('c_a', 'private', 'A', 'a', '', 'u_ada', 5, 5, 1, null)`,
          `insert into members values ('c_a', 'u_ada', 0, 1)`,
          `insert into events (channel, seq, at, "by", type, data) values ${events.join()}`,
          `insert into messages (id, channel, seq, at, "by", body) values ('${OLD_MESSAGE}', 'c_a', 2, 5, 'u_ada', 'hello')`,
          `insert into reactions (message, emoji, "user", seq) values ('${OLD_MESSAGE}', 'A', 'u_ada', 3),
            ('${OLD_MESSAGE}', 'B', 'u_ada', 4), ('${OLD_MESSAGE}', 'A', 'u_bob', 5)`,
        ]),
  ];
}
