import { VirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { Readables } from './readables.ts';

/** A counter that counts how often its readers were told. */
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
  test('answers the same object until its inputs change', () => {
    const { readable, add, computed } = counter();
    const before = readable.get();
    add(9);
    expect(readable.get()).toBe(before);
    add(1);
    expect(readable.get()).toEqual({ tens: 1 });
    expect(computed()).toBe(2);
  });

  test('tells once per action, however much changed in it, and not when nothing did', () => {
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

  test('tells after an action that throws', () => {
    const { readables, add, watch, notified } = counter();
    watch();
    const fail = () => {
      add(10);
      throw new Error('as expected');
    };
    expect(() => readables.batch(fail)).toThrow('as expected');
    expect(notified()).toBe(1);
  });

  test('tells of a crowd of frames together, 60 times a second, while get is never late', async () => {
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

  test('tells of the last frame too, and what the user does at once', async () => {
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

  test('tells nobody who has left, and can be left twice', () => {
    const { readables, readable, add, watch, notified } = counter();
    const leave = watch();
    expect(readable.isWatched()).toBe(true);
    leave();
    leave();
    expect(readable.isWatched()).toBe(false);
    readables.batch(() => add(10));
    expect(notified()).toBe(0);
  });

  test('tells a new subscriber only of what changes from then on', () => {
    const { readables, add, watch, notified } = counter();
    add(10);
    watch();
    readables.batch(() => undefined);
    expect(notified()).toBe(0);
  });
});
