import { VirtualClock } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import { Readables } from './readables.ts';

/** A counter that counts how often its readers were told. */
function counter() {
  const clock = new VirtualClock();
  const readers = new Readables(clock);
  let count = 0;
  let computed = 0;
  let told = 0;
  const readable = readers.readable(
    () => [Math.floor(count / 10)],
    ([tens]) => {
      computed += 1;
      return { tens };
    },
  );
  return {
    clock,
    readers,
    readable,
    add: (by: number) => {
      count += by;
    },
    watch: () => readable.subscribe(() => (told += 1)),
    told: () => told,
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
    const { readers, add, watch, told } = counter();
    watch();
    readers.batch(() => {
      readers.batch(() => add(10));
      add(10);
    });
    expect(told()).toBe(1);
    readers.batch(() => add(1));
    expect(told()).toBe(1);
  });

  test('tells after an action that throws', () => {
    const { readers, add, watch, told } = counter();
    watch();
    const fail = () => {
      add(10);
      throw new Error('as expected');
    };
    expect(() => readers.batch(fail)).toThrow('as expected');
    expect(told()).toBe(1);
  });

  test('tells of a crowd of frames together, 60 times a second, while get is never late', async () => {
    const { clock, readers, readable, add, watch, told } = counter();
    watch();
    await clock.advance(1_000);
    for (let frame = 0; frame < 200; frame += 1) {
      readers.batchFrames(() => add(10));
      expect(readable.get().tens).toBe(frame + 1);
      await clock.advance(5);
    }
    expect(told()).toBeGreaterThan(40);
    expect(told()).toBeLessThanOrEqual(63);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test('tells of the last frame too, and what the user does at once', async () => {
    const { clock, readers, add, watch, told } = counter();
    watch();
    readers.batchFrames(() => add(10));
    readers.batchFrames(() => add(10));
    expect(told()).toBe(1);
    readers.batch(() => add(10));
    expect(told()).toBe(2);
    readers.batchFrames(() => add(10));
    await clock.advance(16);
    expect(told()).toBe(3);
  });

  test('tells nobody who has left, and can be left twice', () => {
    const { readers, readable, add, watch, told } = counter();
    const leave = watch();
    expect(readable.isWatched()).toBe(true);
    leave();
    leave();
    expect(readable.isWatched()).toBe(false);
    readers.batch(() => add(10));
    expect(told()).toBe(0);
  });

  test('tells a new subscriber only of what changes from then on', () => {
    const { readers, add, watch, told } = counter();
    add(10);
    watch();
    readers.batch(() => undefined);
    expect(told()).toBe(0);
  });
});
