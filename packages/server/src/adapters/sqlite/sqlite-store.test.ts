import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '#ports/store.contract.ts';
import { usersContract } from '#ports/users.contract.ts';
import { cryptoRandom } from '../crypto-random.ts';
import { openSqlite } from './open-sqlite.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const { store, users, close } = await openSqlite({
    folder,
    clock: { now: Date.now },
    random: cryptoRandom,
    logger: silent,
  });
  return {
    store,
    users,
    async close() {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

storeContract('SQLite', open);
usersContract('SQLite', open);
