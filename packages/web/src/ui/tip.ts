/**
 * Attributes that give an element a tooltip. One layer for the whole page shows them (tooltip-layer.tsx): a component per
 * tooltip would be hundreds in a long timeline. The text is for the eye only, so the element needs a name of its own.
 */
export function tip(text: string, keys?: string): { 'data-tip': string; 'data-tip-keys'?: string } {
  return keys === undefined ? { 'data-tip': text } : { 'data-tip': text, 'data-tip-keys': keys };
}
