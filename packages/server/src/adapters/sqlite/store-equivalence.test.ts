import { afterAll } from 'vitest';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { storeEquivalenceContract } from '../store-equivalence.contract.ts';

const folder = await TemporaryFolder.make();
afterAll(() => folder[Symbol.asyncDispose]());

storeEquivalenceContract('SQLite', () => folder.open());
