import { storeContract } from '#ports/store.contract.ts';
import { usersContract } from '#ports/users.contract.ts';
import { cryptoRandom } from './crypto-random.ts';
import { createMemoryStore } from './memory-store.ts';

async function open() {
  const { store, users } = createMemoryStore({ random: cryptoRandom });
  return { store, users, close: () => store.close() };
}

storeContract('memory', open);
usersContract('memory', open);
