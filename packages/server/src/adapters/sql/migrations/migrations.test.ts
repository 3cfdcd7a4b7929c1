import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { migrationSql } from '#testing/old-database.ts';

/** Of the statements of each migration, on SQLite and on PostgreSQL. A new migration adds its digest; none ever changes. */
const RELEASED = {
  sqlite: [
    '02b4833d4c1b0636',
    'dc23c95ea29ddd7a',
    '2f08f457312dd4f4',
    'be522235a2df10f1',
    'ff02955dedd94bd6',
    '8ebd076cc21ddfa7',
    '749e5fa8136af96a',
  ],
  postgres: [
    '8f7c57b0127301ae',
    'c1e3dd29fc716359',
    '6f3c85abb0e0f1f0',
    '2600d85d1922a4a6',
    'd0a5096b1d56a84d',
    '6b5514738384e286',
    '4840eaf061e2f344',
  ],
};

test.each(['sqlite', 'postgres'] as const)('a released migration never changes its SQL on %s', async (type) => {
  const digests = (await migrationSql(type)).map((statements) =>
    createHash('sha256').update(statements.join(';\n')).digest('hex').slice(0, 16),
  );
  expect(digests).toEqual(RELEASED[type]);
});
