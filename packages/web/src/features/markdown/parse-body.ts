import type { RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { endContainers } from './close-containers.ts';
import { isCostly } from './cost-limit.ts';
import { splitFences, type Segment } from './split-fences.ts';
import { webAddresses, webAddressLinks } from './web-addresses.ts';

/** `line` is where the part begins in the body, counted from 0. */
export type BodyPart =
  | {
      readonly kind: 'markdown';
      readonly line: number;
      readonly nodes: readonly RootContent[];
      readonly source: string;
    }
  | { readonly kind: 'code'; readonly line: number; readonly language: string; readonly text: string }
  /** Shown letter for letter. */
  | { readonly kind: 'plain'; readonly line: number; readonly text: string };

/** What a chat message may look like. The rest of Markdown (headings, HTML, images, rules …) stays the text that was typed. */
const chatConstructs = {
  disable: {
    null: [
      'headingAtx',
      'setextUnderline',
      'thematicBreak',
      'htmlFlow',
      'htmlText',
      'labelStartImage',
      'definition',
      'codeIndented',
      'characterReference',
    ],
  },
};

const options = {
  extensions: [webAddresses(), gfmStrikethrough({ singleTilde: false }), chatConstructs],
  mdastExtensions: [webAddressLinks, gfmStrikethroughFromMarkdown()],
};

/** Characters of bodies whose result is kept; the oldest are forgotten beyond it. */
const MAX_KEPT_CHARS = 2_000_000;
const kept = new Map<string, readonly BodyPart[]>();
let keptChars = 0;

/** Parses a message's Markdown, in time linear in its length. The same body answers the same object while it is remembered. */
export function parseBody(body: string): readonly BodyPart[] {
  const known = kept.get(body);
  if (known !== undefined) return known;
  const parts = splitFences(body).map(parseSegment);
  remember(body, parts);
  return parts;
}

function parseSegment(segment: Segment): BodyPart {
  if (segment.kind === 'code') return segment;
  if (isCostly(segment.text)) return { ...segment, kind: 'plain' };
  const source = endContainers(segment.text);
  return { kind: 'markdown', line: segment.line, nodes: fromMarkdown(source, options).children, source };
}

function remember(body: string, parts: readonly BodyPart[]): void {
  kept.set(body, parts);
  keptChars += body.length;
  for (const oldest of kept.keys()) {
    if (keptChars <= MAX_KEPT_CHARS) return;
    kept.delete(oldest);
    keptChars -= oldest.length;
  }
}
