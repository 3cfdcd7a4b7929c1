import { expect, test } from 'vitest';
import { type Pressed, shortcutOf } from './shortcuts.ts';

const press = (key: string, held: Partial<Pressed> = {}): ReturnType<typeof shortcutOf> =>
  shortcutOf({ key, code: '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held });

test('Ctrl+K and ⌘K both open the quick switcher', () => {
  expect(press('k', { ctrlKey: true })).toEqual({ name: 'switcher' });
  expect(press('k', { metaKey: true })).toEqual({ name: 'switcher' });
  expect(press('K', { ctrlKey: true })).toEqual({ name: 'switcher' });
});

test('the slash shortcut works on layouts where it needs Shift', () => {
  expect(press('/', { ctrlKey: true })).toEqual({ name: 'shortcuts' });
  expect(press('/', { ctrlKey: true, shiftKey: true })).toEqual({ name: 'shortcuts' });
});

test('Alt with an arrow moves to the next channel, and with Shift to the next unread one', () => {
  expect(press('ArrowDown', { altKey: true })).toEqual({ name: 'move', direction: 'down', unreadOnly: false });
  expect(press('ArrowUp', { altKey: true, shiftKey: true })).toEqual({
    name: 'move',
    direction: 'up',
    unreadOnly: true,
  });
});

test('keys that type text are not shortcuts', () => {
  for (const key of ['k', '/', ',', 'ArrowUp', 'Enter', 'a']) expect(press(key)).toBeNull();
  expect(press('k', { ctrlKey: true, altKey: true })).toBeNull(); // AltGr on Windows.
  expect(press('k', { ctrlKey: true, shiftKey: true })).toBeNull();
});

test('Escape is a shortcut only without modifiers', () => {
  expect(press('Escape')).toEqual({ name: 'escape' });
  expect(press('Escape', { shiftKey: true })).toBeNull();
});
