import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
type Rgba = readonly [number, number, number, number];
const THEMES = ['light', 'dark'] as const;

function token(name: string, theme: (typeof THEMES)[number]): Rgba {
  const match = new RegExp(`--color-${name}: light-dark\\((#\\w{6}|rgb\\([^)]*\\)), (#\\w{6}|rgb\\([^)]*\\))\\)`).exec(
    css,
  );
  const value = match?.[theme === 'light' ? 1 : 2];
  if (value === undefined) throw new Error(`no token ${name}`);
  if (value.startsWith('#')) return [byte(value, 1), byte(value, 3), byte(value, 5), 1];
  const [r = 0, g = 0, b = 0, a = 1] = value.match(/[\d.]+/g)?.map(Number) ?? [];
  return [r, g, b, a];
}

const byte = (hex: string, from: number): number => Number.parseInt(hex.slice(from, from + 2), 16);

const over = (top: Rgba, ground: Rgba): Rgba => {
  const mix = (index: 0 | 1 | 2): number => top[index] * top[3] + ground[index] * (1 - top[3]);
  return [mix(0), mix(1), mix(2), 1];
};

/** Relative luminance and contrast ratio of WCAG 2.2. */
function contrast(a: Rgba, b: Rgba): number {
  const luminance = ([r, g, b]: Rgba): number => {
    const linear = (value: number): number =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ['sunken', 'paper', 'raised', 'accent-soft', 'mention', 'danger-soft'];
const TEXTS = ['ink', 'muted', 'faint', 'accent', 'danger', 'ok'];

const page = readFileSync(new URL('../../index.html', import.meta.url), 'utf8');

test("the page's theme colours match the sidebar's background in both themes", () => {
  const colours = [...page.matchAll(/data-of="(light|dark)".*content="(#\w{6})"/g)];
  expect(colours.map(([, theme]) => theme)).toEqual(['light', 'dark']);
  const sunken = /--color-sunken: light-dark\((#\w{6}), (#\w{6})\)/.exec(css);
  expect(colours.map(([, , colour]) => colour)).toEqual(sunken?.slice(1));
});

for (const theme of THEMES) {
  for (const text of TEXTS) {
    test.each(SURFACES)(`${theme}: ${text} is readable on %s`, (surface) => {
      expect(contrast(token(text, theme), token(surface, theme))).toBeGreaterThanOrEqual(4.5);
    });
    test.each(['sunken', 'paper', 'raised'])(`${theme}: ${text} is readable on %s while hovered`, (surface) => {
      const ground = over(token('hover', theme), token(surface, theme));
      expect(contrast(token(text, theme), ground)).toBeGreaterThanOrEqual(4.5);
    });
  }

  test.each([
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
    ['on-danger', 'danger'],
    ['on-danger', 'danger-strong'],
  ])(`${theme}: %s is readable on %s`, (text, ground) => {
    expect(contrast(token(text, theme), token(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['keyword', 'string', 'number', 'name', 'attribute', 'type'])(
    `${theme}: code of kind %s is readable`,
    (part) => {
      expect(contrast(token(`code-${part}`, theme), token('sunken', theme))).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(['sunken', 'paper', 'raised'])(`${theme}: an input's border is visible on %s`, (surface) => {
    expect(contrast(token('edge', theme), token(surface, theme))).toBeGreaterThanOrEqual(3);
  });
}

test.each(Array.from({ length: 10 }, (_, index) => `person-${index + 1}`))('initials are readable on %s', (person) => {
  const ground = new RegExp(`--color-${person}: (#\\w{6});`).exec(css)?.[1] ?? '';
  expect(contrast([255, 255, 255, 1], [byte(ground, 1), byte(ground, 3), byte(ground, 5), 1])).toBeGreaterThanOrEqual(
    4.5,
  );
});
