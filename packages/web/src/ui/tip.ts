/**
 * Attributes that give an element a tooltip. One layer shows the tooltips of the whole page (tooltip-layer.tsx), because a
 * long timeline would need hundreds of components. The text is visual only, so the element needs an accessible name.
 */
export function tip(text: string, keys?: string): { 'data-tip': string; 'data-tip-keys'?: string } {
  return keys === undefined ? { 'data-tip': text } : { 'data-tip': text, 'data-tip-keys': keys };
}
