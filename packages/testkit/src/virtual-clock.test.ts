import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

test('timers run in the order of time, then in the order of creation', async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.after(20, () => ran.push('c'));
  clock.after(10, () => ran.push('a'));
  clock.after(10, () => ran.push('b'));
  await clock.advance(15);
  expect(ran).toEqual(['a', 'b']);
  await clock.advance(15);
  expect([...ran, clock.elapsed(), clock.pending]).toEqual(['a', 'b', 'c', 30, 0]);
});

test('a thousand timers created in any order run by time, without cancelled ones', async () => {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const ran: number[] = [];
  const undos = Array.from({ length: 1_000 }, () => {
    const dueMs = random.below(500);
    return { dueMs, undo: clock.at(dueMs, () => ran.push(dueMs)) };
  });
  const calledOff = undos.filter(() => random.chance(0.4));
  for (const { undo } of calledOff) undo();
  await clock.advance(500);
  const expected = undos.filter((one) => !calledOff.includes(one)).map(({ dueMs }) => dueMs);
  expect(ran).toEqual(expected.toSorted((a, b) => a - b));
});

test('chained promises of any length settle before the next timer runs', async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.after(1, () => {
    let chain = Promise.resolve();
    for (let link = 0; link < 200; link += 1) chain = chain.then(() => undefined);
    void chain.then(() => ran.push('promise'));
  });
  clock.after(1, () => ran.push('timer'));
  await clock.advance(1);
  expect(ran).toEqual(['promise', 'timer']);
});

test('settle waits for a chain of promises of any length', async () => {
  let isDone = false;
  let chain = Promise.resolve();
  for (let link = 0; link < 500; link += 1) chain = chain.then(() => undefined);
  void chain.then(() => (isDone = true));
  await settle();
  expect(isDone).toBe(true);
});
