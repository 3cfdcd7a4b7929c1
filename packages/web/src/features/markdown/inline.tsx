import type { Link, PhrasingContent } from 'mdast';
import type { ReactNode } from 'react';
import { Mention } from './mention.tsx';
import { safeHref } from './safe-href.ts';
import { splitText } from './split-text.ts';
import { textOf } from './text-of.ts';

/** Deeper emphasis is rendered as text, because React renders nested elements recursively. */
const MAX_DEPTH = 20;

interface InlineProps {
  readonly nodes: readonly PhrasingContent[];
  /** The parsed text. Nodes that are not rendered show their part of it. */
  readonly source: string;
  readonly depth?: number;
}

/** The content of a paragraph. */
export function Inline({ nodes, source, depth = 0 }: InlineProps): ReactNode {
  if (depth > MAX_DEPTH) return nodes.map((node) => textOf(node)).join('');
  return nodes.map((node) => (
    <InlineNode key={node.position?.start.offset} node={node} source={source} depth={depth + 1} />
  ));
}

interface InlineNodeProps {
  readonly node: PhrasingContent;
  readonly source: string;
  readonly depth: number;
}

function InlineNode({ node, source, depth }: InlineNodeProps): ReactNode {
  switch (node.type) {
    case 'text':
      return <PlainText text={node.value} />;
    case 'emphasis':
      return (
        <em>
          <Inline nodes={node.children} source={source} depth={depth} />
        </em>
      );
    case 'strong':
      return (
        <strong className="font-semibold">
          <Inline nodes={node.children} source={source} depth={depth} />
        </strong>
      );
    case 'delete':
      return (
        <del>
          <Inline nodes={node.children} source={source} depth={depth} />
        </del>
      );
    case 'inlineCode':
      return (
        <code className="rounded-[4px] border border-line bg-sunken px-1 py-px font-mono text-[0.87em] wrap-anywhere">
          {node.value}
        </code>
      );
    case 'break':
      return <br />;
    case 'link':
      return <TextLink node={node} source={source} depth={depth} />;
    // Disabled in the parser. If one appears anyway, its source is shown.
    case 'footnoteReference':
    case 'html':
    case 'image':
    case 'imageReference':
    case 'linkReference':
      return sourceOf(node, source);
    default:
      return node satisfies never;
  }
}

/** Text with mentions and mail addresses. */
export function PlainText({ text }: { readonly text: string }): ReactNode {
  return splitText(text).map((part) => {
    switch (part.kind) {
      case 'text':
        return part.text;
      case 'mention':
        return <Mention key={part.start} handle={part.handle} text={part.text} />;
      case 'mail':
        return (
          <ExternalLink key={part.start} href={`mailto:${part.text}`}>
            {part.text}
          </ExternalLink>
        );
      default:
        return part satisfies never;
    }
  });
}

function TextLink({ node, source, depth }: InlineNodeProps & { readonly node: Link }): ReactNode {
  const href = safeHref(node.url);
  if (href === null) return sourceOf(node, source);
  const text = textOf(node);
  return (
    // The text of a link may look like another address, so the tooltip shows the real one.
    <ExternalLink href={href} {...(text === node.url ? {} : { title: href })}>
      {text === node.url ? text : <Inline nodes={node.children} source={source} depth={depth} />}
    </ExternalLink>
  );
}

interface ExternalLinkProps {
  readonly href: string;
  readonly title?: string;
  readonly children: ReactNode;
}

function ExternalLink({ href, title, children }: ExternalLinkProps) {
  return (
    <a
      href={href}
      title={title}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="rounded-[2px] text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-current"
    >
      {children}
    </a>
  );
}

function sourceOf(node: PhrasingContent, source: string): string {
  return source.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);
}
