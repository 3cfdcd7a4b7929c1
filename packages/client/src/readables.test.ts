import { VirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { Readables } from './readables.ts';

/** A readable counter, and how often it was computed and its subscriber notified. */
function counter() {
  const clock = new VirtualClock();
  const readables = new Readables(clock);
  let count = 0;
  let computed = 0;
  let notified = 0;
  const readable = readables.readable(
    () => [Math.floor(count / 10)],
    ([tens]) => {
      computed += 1;
      return { tens };
    },
  );
  return {
    clock,
    readables,
    readable,
    add: (by: number) => {
      count += by;
    },
    watch: () => readable.subscribe(() => (notified += 1)),
    notified: () => notified,
    computed: () => computed,
  };
}

describe('a readable', () => {
  test('a readable returns the same object until its inputs change', () => {
    const { readable, add, computed } = counter();
    const before = readable.get();
    add(9);
    expect(readable.get()).toBe(before);
    add(1);
    expect(readable.get()).toEqual({ tens: 1 });
    expect(computed()).toBe(2);
  });

  test('a readable notifies once per action that changed it', () => {
    const { readables, add, watch, notified } = counter();
    watch();
    readables.batch(() => {
      readables.batch(() => add(10));
      add(10);
    });
    expect(notified()).toBe(1);
    readables.batch(() => add(1));
    expect(notified()).toBe(1);
  });

  test('a readable notifies after an action that throws', () => {
    const { readables, add, watch, notified } = counter();
    watch();
    const fail = () => {
      add(10);
      throw new Error('as expected');
    };
    expect(() => readables.batch(fail)).toThrow('as expected');
    expect(notified()).toBe(1);
  });

  test('a readable notifies of a burst of frames 60 times a second, while get is always current', async () => {
    const { clock, readables, readable, add, watch, notified } = counter();
    watch();
    await clock.advance(1_000);
    for (let frame = 0; frame < 200; frame += 1) {
      readables.batchFrames(() => add(10));
      expect(readable.get().tens).toBe(frame + 1);
      await clock.advance(5);
    }
    expect(notified()).toBeGreaterThan(40);
    expect(notified()).toBeLessThanOrEqual(63);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test('a readable notifies of the last frame too, and of actions at once', async () => {
    const { clock, readables, add, watch, notified } = counter();
    watch();
    readables.batchFrames(() => add(10));
    readables.batchFrames(() => add(10));
    expect(notified()).toBe(1);
    readables.batch(() => add(10));
    expect(notified()).toBe(2);
    readables.batchFrames(() => add(10));
    await clock.advance(16);
    expect(notified()).toBe(3);
  });

  test('an unsubscribed callback is not notified, and can be unsubscribed twice', () => {
    const { readables, readable, add, watch, notified } = counter();
    const leave = watch();
    expect(readable.isWatched()).toBe(true);
    leave();
    leave();
    expect(readable.isWatched()).toBe(false);
    readables.batch(() => add(10));
    expect(notified()).toBe(0);
  });

  test('a new subscriber is notified of later changes only', () => {
    const { readables, add, watch, notified } = counter();
    add(10);
    watch();
    readables.batch(() => undefined);
    expect(notified()).toBe(0);
  });
});
