import { fold } from '../people/matches-person.ts';

export interface FuzzyMatch {
  /** Higher is better. Comparable for the same pattern. */
  readonly score: number;
  /** Matched positions in the text, in order. */
  readonly positions: readonly number[];
}

const START = 12;
const WORD_START = 8;
const RUN = 6;
const GAP_COST = 0.4;
const MAX_GAP_COST = 4;

/**
 * Matches the letters of `pattern` in `text` in order, and scores the match. Matches at the start, at word starts and in
 * runs score higher, and shorter texts score higher than longer ones. Ignores case, accents and spaces in the pattern.
 * Returns null when a letter is missing.
 */
export function fuzzyMatch(pattern: string, text: string): FuzzyMatch | null {
  const patternLetters = Array.from(fold(pattern).replace(/[\s#@]+/gu, ''));
  const letters = foldByLetter(text);
  if (patternLetters.length === 0) return { score: 0, positions: [] };

  let best: FuzzyMatch | null = null;
  // The first letter may occur several times. A greedy match from each occurrence is good enough for names.
  for (let start = 0; start < letters.length; start++) {
    if (letters[start] !== patternLetters[0]) continue;
    const match = matchFrom(start, patternLetters, letters);
    if (match === null) break; // Later starts cannot match either.
    if (best === null || match.score > best.score) best = match;
  }
  return best;
}

function matchFrom(start: number, patternLetters: readonly string[], letters: readonly string[]): FuzzyMatch | null {
  const positions: number[] = [];
  let score = -letters.length * 0.05;
  let at = start;
  for (const letter of patternLetters) {
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

/** The next position of a letter: the current one, or else a later word start, or else any later one. */
function nextPosition(letter: string, from: number, letters: readonly string[]): number {
  if (letters[from] === letter) return from;
  const atWord = letters.findIndex((other, index) => index >= from && other === letter && isWordStart(index, letters));
  return atWord === -1 ? letters.indexOf(letter, from) : atWord;
}

const isWordStart = (position: number, letters: readonly string[]): boolean =>
  position === 0 || /[\s\-_./]/u.test(letters[position - 1] ?? '');

/** One folded letter per code unit, so that positions are those of the text. */
function foldByLetter(text: string): string[] {
  return Array.from({ length: text.length }, (_, index) => fold(text.charAt(index)).charAt(0) || '\0');
}
