import { settle } from '@parley/testkit';
import { StoreUnavailable, type Store } from '#ports/store.ts';

/** A store that executes every commit, and loses or delays its acknowledgement when the test requests it. */
export function delayedAckStore() {
  let lose = 0;
  let delayed: (() => void)[] | null = null;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commit(scope, decide) {
      const result = await store.commit(scope, decide);
      lose -= 1;
      if (lose >= 0) throw new StoreUnavailable('the acknowledgement is lost');
      const waiting = delayed;
      if (waiting !== null) await new Promise<void>((resolve) => waiting.push(resolve));
      return result;
    },
  });
  return {
    wrapStore,
    loseAcks(count: number) {
      lose = count;
    },
    delayAcks() {
      delayed = [];
    },
    async release() {
      for (const release of delayed ?? []) release();
      delayed = null;
      await settle();
    },
  };
}
