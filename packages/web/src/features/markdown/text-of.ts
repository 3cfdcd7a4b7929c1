import type { Nodes } from 'mdast';

/** The text of parsed Markdown, without its markers. */
export function textOf(node: Nodes): string {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map((child) => textOf(child)).join('') : '';
}
