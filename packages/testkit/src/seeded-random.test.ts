import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

const draw = (random: SeededRandom): number[] => Array.from({ length: 1_000 }, () => random.fraction());

test('equal seeds give equal sequences, and different seeds different ones', () => {
  expect(draw(new SeededRandom(1))).toEqual(draw(new SeededRandom(1)));
  expect(draw(new SeededRandom(1))).not.toEqual(draw(new SeededRandom(2)));
});

test('a fork depends on its name, not on numbers that were drawn before', () => {
  const [fresh, used] = [new SeededRandom(1), new SeededRandom(1)];
  draw(used);
  expect(draw(used.fork('a'))).toEqual(draw(fresh.fork('a')));
  expect(draw(fresh.fork('b'))).not.toEqual(draw(fresh.fork('a')));
});

test('fractions are evenly distributed', () => {
  const tenths = Map.groupBy(draw(new SeededRandom(3)), (fraction) => Math.floor(fraction * 10));
  expect(tenths.size).toBe(10);
  for (const [, fractions] of tenths) expect(fractions.length).toBeGreaterThan(60);
});

test('ids are well-formed and unique', () => {
  const random = new SeededRandom(4);
  const uuids = Array.from({ length: 1_000 }, () => random.uuid());
  expect(new Set(uuids).size).toBe(1_000);
  for (const uuid of uuids) expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(random.token(96)).toMatch(/^[\w-]{16}$/);
});
