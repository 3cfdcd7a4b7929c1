import type { SeededRandom } from '@parley/testkit';
import { anyValue, pick, RawJson } from './values.ts';

/** JSON text with missing, doubled or changed characters. It may still be valid by chance. */
export function corrupt(text: string, random: SeededRandom): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + 1 + random.below(8));
  switch (random.below(12)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, to) + text.slice(at);
    case 2:
      return text.slice(0, at) + pick(random, LETTERS) + text.slice(at);
    case 3:
      return text.slice(0, at) + pick(random, LETTERS) + text.slice(at + 1);
    case 4:
      return pick(random, ['\ufeff', ' ', '\n\t', '\0', '//x\n', '/**/', ")]}'\n", '\u00a0', '-']) + text;
    case 5:
      return text + pick(random, [text, ' ', '}', ',', '\0', '//', '\u2028', '\n{}']);
    case 6:
      return pick(random, [`[${text}]`, `{"frame":${text}}`, JSON.stringify(text), `(${text})`]);
    case 7:
      return text.replaceAll('"', pick(random, ["'", '`', '\u201c', '']));
    case 8:
      return escaped(text, random);
    case 9:
      return text.replace(
        ':',
        pick(random, [':NaN,"x":', ':undefined', ':01', ':.5', ':+1', ':0x1', ':1.', ':1e', '::', '=']),
      );
    case 10:
      return text.replaceAll(',', pick(random, [',,', ' , ', ',\n', ';', ', // x\n']));
    default:
      return text.slice(0, at) + text.slice(at, to).toUpperCase() + text.slice(to);
  }
}

/** The start of a JSON object, never a complete one. */
export function truncate(text: string, random: SeededRandom): string {
  return text.slice(0, random.below(text.length));
}

/** JSON that is not an object: scalars, lists, depth. */
export function jsonWithoutObject(random: SeededRandom): string {
  const value = random.chance(0.5) ? [anyValue(random)] : anyValue(random);
  const text =
    value instanceof RawJson ? value.text : Array.isArray(value) ? '[{"type":"ping","ref":1}]' : JSON.stringify(value);
  return text.startsWith('{') ? `[${text}]` : text;
}

const LETTERS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '\\',
  '/',
  '0',
  '9',
  '-',
  '.',
  'e',
  'u',
  ' ',
  '\u0001',
  '\u007f',
  'é',
  '\u2028',
  '😀',
] as const;

/** Escapes one letter of a key or text, which means the same in JSON. */
function escaped(text: string, random: SeededRandom): string {
  const at = text.search(/[a-z]/) + random.below(4);
  const code = text.charCodeAt(at);
  if (!/[A-Za-z]/.test(text.charAt(at))) return text;
  return `${text.slice(0, at)}\\u${code.toString(16).padStart(4, '0')}${text.slice(at + 1)}`;
}
