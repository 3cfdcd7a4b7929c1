import { afterAll } from 'vitest';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { sameAsMemory } from '../store-equivalence.contract.ts';

const folder = await TemporaryFolder.make();
afterAll(() => folder[Symbol.asyncDispose]());

sameAsMemory('SQLite', () => folder.open());
