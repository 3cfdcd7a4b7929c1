import { fold } from '../people/matches-person.ts';

export interface FuzzyMatch {
  /** Higher is better. Comparable for one pattern. */
  readonly score: number;
  /** Positions in the text that matched, in order. */
  readonly positions: readonly number[];
}

const START = 12;
const WORD_START = 8;
const RUN = 6;
const GAP_COST = 0.4;
const MAX_GAP_COST = 4;

/**
 * Finds the letters of `pattern` in `text`, in order, and says how well they fit: at the start, at starts of words and in
 * runs is better, short texts are better than long ones. Case, accents and spaces in the pattern do not matter. Null when
 * a letter is missing.
 */
export function fuzzyMatch(pattern: string, text: string): FuzzyMatch | null {
  const wanted = Array.from(fold(pattern).replace(/[\s#@]+/gu, ''));
  const letters = foldByLetter(text);
  if (wanted.length === 0) return { score: 0, positions: [] };

  let best: FuzzyMatch | null = null;
  // The first letter may stand in several places; the best way from each is greedy enough for names.
  for (let start = 0; start < letters.length; start++) {
    if (letters[start] !== wanted[0]) continue;
    const match = matchFrom(start, wanted, letters);
    if (match === null) break; // From further right there is even less.
    if (best === null || match.score > best.score) best = match;
  }
  return best;
}

function matchFrom(start: number, wanted: readonly string[], letters: readonly string[]): FuzzyMatch | null {
  const positions: number[] = [];
  let score = -letters.length * 0.05;
  let at = start;
  for (const letter of wanted) {
    const position = nextPosition(letter, at, letters);
    if (position === -1) return null;
    const gap = position - at;
    if (position === 0) score += START;
    else if (isWordStart(position, letters)) score += WORD_START;
    if (positions.length > 0 && gap === 0) score += RUN;
    if (positions.length > 0) score -= Math.min(gap * GAP_COST, MAX_GAP_COST);
    positions.push(position);
    at = position + 1;
  }
  return { score, positions };
}

/** Where the next letter is: right here, else at the start of a later word, else anywhere. */
function nextPosition(letter: string, from: number, letters: readonly string[]): number {
  if (letters[from] === letter) return from;
  const atWord = letters.findIndex((other, index) => index >= from && other === letter && isWordStart(index, letters));
  return atWord === -1 ? letters.indexOf(letter, from) : atWord;
}

const isWordStart = (position: number, letters: readonly string[]): boolean =>
  position === 0 || /[\s\-_./]/u.test(letters[position - 1] ?? '');

/** One folded letter per code unit of the text, so that positions are those of the text. */
function foldByLetter(text: string): string[] {
  return Array.from({ length: text.length }, (_, index) => fold(text.charAt(index)).charAt(0) || '\0');
}
