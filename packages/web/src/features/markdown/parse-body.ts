import type { RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { closeContainers } from './close-containers.ts';
import { isCostly } from './cost-limit.ts';
import { splitFences, type Segment } from './split-fences.ts';
import { webAddresses, webAddressLinks } from './web-addresses.ts';

/** `line` is the first line of the part in the body, counted from 0. */
export type BodyPart =
  | {
      readonly kind: 'markdown';
      readonly line: number;
      readonly nodes: readonly RootContent[];
      readonly source: string;
    }
  | { readonly kind: 'code'; readonly line: number; readonly language: string; readonly text: string }
  /** Shown unchanged. */
  | { readonly kind: 'plain'; readonly line: number; readonly text: string };

/** The supported subset of Markdown. Everything else (headings, HTML, images, rules …) stays the text that was typed. */
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

/** Total size of cached bodies. Beyond it the oldest are evicted. */
const MAX_CACHED_CHARS = 2_000_000;
const cache = new Map<string, readonly BodyPart[]>();
let cachedChars = 0;

/** Parses a message's Markdown in linear time. Returns the same object for the same body while it is cached. */
export function parseBody(body: string): readonly BodyPart[] {
  const known = cache.get(body);
  if (known !== undefined) return known;
  const parts = splitFences(body).map(parseSegment);
  addToCache(body, parts);
  return parts;
}

function parseSegment(segment: Segment): BodyPart {
  if (segment.kind === 'code') return segment;
  if (isCostly(segment.text)) return { ...segment, kind: 'plain' };
  const source = closeContainers(segment.text);
  return { kind: 'markdown', line: segment.line, nodes: fromMarkdown(source, options).children, source };
}

function addToCache(body: string, parts: readonly BodyPart[]): void {
  cache.set(body, parts);
  cachedChars += body.length;
  for (const oldest of cache.keys()) {
    if (cachedChars <= MAX_CACHED_CHARS) return;
    cache.delete(oldest);
    cachedChars -= oldest.length;
  }
}
