import { expect, test } from 'vitest';
import { matchesPerson } from './matches-person.ts';

const zoe = { id: 'u_1', name: 'Zoë van der Berg-Łuczak', handle: 'zberg' };

test.each(['', 'zoe', 'ZOË', 'berg', 'van b', 'berg zo', 'zoe van', '@zb', 'zberg'])(
  'the query "%s" matches the person',
  (text) => {
    expect(matchesPerson(zoe, text)).toBe(true);
  },
);

test.each(['oe', 'ada', 'zoe ada', '@oe'])('the query "%s" does not match the person', (text) => {
  expect(matchesPerson(zoe, text)).toBe(false);
});
