import { expect, test } from 'vitest';
import { AVATAR_COLOURS, avatarColour, initialsOf } from './avatar-look.ts';

test('an id always has the same colour', () => {
  expect(avatarColour('u_ada')).toBe(avatarColour('u_ada'));
});

test('ids are spread over all colours', () => {
  const colours = new Set(Array.from({ length: 400 }, (_, index) => avatarColour(`u_${index}`)));
  expect(colours.size).toBe(AVATAR_COLOURS);
  expect(Math.min(...colours)).toBe(1);
});

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Jean-Luc van der Berg', 'JB'],
  ['  (Ops) 42  ', 'O4'],
  ['أحمد علي', 'أع'],
  ['🦊', '?'],
  ['', '?'],
])('the initials of "%s" are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
