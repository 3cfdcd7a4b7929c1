import { describe } from 'vitest';
import { commitContract } from './store-contract/commit.contract.ts';
import { deletionContract } from './store-contract/deletion.contract.ts';
import { StoreFixture, type StoreUnderTest } from './store-contract/fixture.ts';
import { historyContract } from './store-contract/history.contract.ts';
import { integrityContract } from './store-contract/integrity.contract.ts';
import { logContract } from './store-contract/log.contract.ts';
import { readingContract } from './store-contract/reading.contract.ts';

/** The contract of every store. `open` creates an empty one, with its users. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const fixture = async () => new StoreFixture(await open());
  describe(`store: ${name}`, () => {
    describe('commit', () => {
      commitContract(fixture);
    });
    describe('integrity', () => {
      integrityContract(fixture);
    });
    describe('log', () => {
      logContract(fixture);
    });
    describe('history', () => {
      historyContract(fixture);
    });
    describe('reading', () => {
      readingContract(fixture);
    });
    describe('deletion', () => {
      deletionContract(fixture);
    });
  });
}
