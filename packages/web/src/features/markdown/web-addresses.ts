import type { Extension as TreeExtension } from 'mdast-util-from-markdown';
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal';

type SyntaxExtension = ReturnType<typeof gfmAutolinkLiteral>;
type Constructs = NonNullable<SyntaxExtension['text']>[string];

const MARKS = ['h', 'H', 'w', 'W'].map((mark) => mark.charCodeAt(0));

/**
 * The parser extension for bare `https://…` and `www.…` addresses. It excludes mail addresses, because the parser would try
 * one at every word, and each attempt may walk back over all words before it.
 */
export function webAddresses(): SyntaxExtension {
  const { text = {} } = gfmAutolinkLiteral();
  return { text: Object.fromEntries(MARKS.map((mark) => [mark, constructs(text[mark]).filter(isWebAddress)])) };
}

function constructs(one: Constructs) {
  if (one === undefined) return [];
  return Array.isArray(one) ? one : [one];
}

function isWebAddress({ name }: { readonly name?: string | undefined }): boolean {
  return name === 'protocolAutolink' || name === 'wwwAutolink';
}

/**
 * Turns the addresses found by `webAddresses` into links. The official package searches the finished tree again, with
 * regular expressions that are not linear.
 */
export const webAddressLinks: TreeExtension = {
  enter: {
    literalAutolink(token) {
      this.enter({ type: 'link', title: null, url: '', children: [] }, token);
    },
    literalAutolinkHttp(token) {
      this.config.enter['autolinkProtocol']?.call(this, token);
    },
    literalAutolinkWww(token) {
      this.config.enter['autolinkProtocol']?.call(this, token);
    },
  },
  exit: {
    literalAutolink(token) {
      this.exit(token);
    },
    literalAutolinkHttp(token) {
      this.config.exit['autolinkProtocol']?.call(this, token);
    },
    literalAutolinkWww(token) {
      this.config.exit['data']?.call(this, token);
      const link = this.stack.at(-1);
      if (link?.type === 'link') link.url = `https://${this.sliceSerialize(token)}`;
    },
  },
};
