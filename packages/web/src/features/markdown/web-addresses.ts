import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal';
import type { Construct, Extension } from 'micromark-util-types';

const MARKS = ['h', 'H', 'w', 'W'].map((mark) => mark.charCodeAt(0));

/**
 * The parser extension that makes links of bare `https://…` and `www.…`. Without its mail addresses: they are tried at
 * every word, and each try may walk back over all words before it.
 */
export function webAddresses(): Extension {
  const { text = {} } = gfmAutolinkLiteral();
  return { text: Object.fromEntries(MARKS.map((mark) => [mark, constructs(text[mark]).filter(isWebAddress)])) };
}

function constructs(one: Construct | Construct[] | undefined): Construct[] {
  if (one === undefined) return [];
  return Array.isArray(one) ? one : [one];
}

function isWebAddress({ name }: Construct): boolean {
  return name === 'protocolAutolink' || name === 'wwwAutolink';
}
