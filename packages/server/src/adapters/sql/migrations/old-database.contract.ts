import type { Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { OpenedDatabase } from '#adapters/opened-database.ts';
import { OLD_MESSAGE, oldDatabaseSql } from '#testing/old-database.ts';
import type { Tables } from '../tables.ts';
import { MIGRATIONS } from './index.ts';

const FIRST_WITH_MESSAGES = 4;

/** Checks that a database which an older version wrote is migrated. `open` executes the statements, and then opens it. */
export function oldDatabaseContract(
  type: OpenedDatabase['type'],
  open: (statements: readonly string[]) => Promise<OpenedDatabase>,
): void {
  describe(`old databases: ${type}`, () => {
    test.each(MIGRATIONS.map((_migration, version) => version))(
      'a database of version %i keeps its epoch and its data, and gets the tables of a new one',
      async (version) => {
        const [migrated, fresh] = [await open(await oldDatabaseSql(type, version)), await open([])];
        const kysely = migrated.kysely as unknown as Kysely<Tables>;
        expect(await kysely.selectFrom('meta').select(['epoch', 'version', 'secret']).execute()).toEqual([
          { epoch: 'e_old', version: MIGRATIONS.length, secret: null },
        ]);
        expect(await columns(migrated)).toEqual(await columns(fresh));
        if (version >= 1) expect((await migrated.users.find('u_ada'))?.handle).toBe('u_ada');
        if (version >= FIRST_WITH_MESSAGES) await expectChannel(migrated, kysely);
      },
    );
  });
}

async function columns({ kysely }: OpenedDatabase): Promise<unknown> {
  return (await kysely.introspection.getTables()).map(({ name, columns }) => ({
    name,
    columns: columns.map(({ name, dataType, isNullable, hasDefaultValue }) => ({
      name,
      dataType,
      isNullable,
      hasDefaultValue,
    })),
  }));
}

async function expectChannel({ store }: OpenedDatabase, kysely: Kysely<Tables>): Promise<void> {
  expect((await store.eventsAfter('c_a', 0, 10)).events.map(({ type }) => type)).toEqual([
    'joined',
    'message',
    'reacted',
    'reacted',
    'reacted',
  ]);
  const { messages } = await store.messages('c_a', { anchor: null, limit: 10 });
  expect(messages).toMatchObject([
    {
      id: OLD_MESSAGE,
      body: 'hello',
      reactions: [
        { emoji: 'A', users: ['u_ada', 'u_bob'] },
        { emoji: 'B', users: ['u_ada'] },
      ],
    },
  ]);
  const places = await kysely.selectFrom('reactions').select('place').orderBy('seq').execute();
  expect(places.map(({ place }) => place)).toEqual([3, 4, 3]);
}
