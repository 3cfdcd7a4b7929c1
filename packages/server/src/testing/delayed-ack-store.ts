import { settle } from '@parley/testkit';
import { StoreUnavailable, type Store } from '#ports/store.ts';

/** A store that carries out what it is told, and loses or holds back its answers to commits when the test says so. */
export function delayedAckStore() {
  let lose = 0;
  let held: (() => void)[] | null = null;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async commit(scope, decide) {
      const result = await store.commit(scope, decide);
      lose -= 1;
      if (lose >= 0) throw new StoreUnavailable('the answer is lost');
      const waiting = held;
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
      held = [];
    },
    async release() {
      for (const release of held ?? []) release();
      held = null;
      await settle();
    },
  };
}
