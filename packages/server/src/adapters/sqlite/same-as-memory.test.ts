import { afterAll } from 'vitest';
import { sameAsMemory } from '../same-as-memory.contract.ts';
import { TemporaryFolder } from './temporary-database.ts';

const folder = await TemporaryFolder.make();
afterAll(() => folder[Symbol.asyncDispose]());

sameAsMemory('SQLite', () => folder.open());
