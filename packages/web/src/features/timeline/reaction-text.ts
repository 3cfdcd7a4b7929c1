/** The number of names before the rest is counted. */
const MAX_NAMES = 8;

/** "Ada, Bob and you reacted with 👍". `names` in the order of the reactions. */
export function reactionText(names: readonly string[], emoji: string): string {
  const named = names.slice(0, MAX_NAMES);
  const rest = names.length - named.length;
  const all = rest > 0 ? [...named, `${rest} more`] : named;
  const list = all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : (all[0] ?? 'Nobody');
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} reacted with ${emoji}`;
}
