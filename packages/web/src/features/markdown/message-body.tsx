import type { PhrasingContent, RootContent } from 'mdast';
import { memo, type ReactNode } from 'react';
import { CodeBlock } from './code-block.tsx';
import { Inline, PlainText } from './inline.tsx';
import { isLoneEmoji } from './lone-emoji.ts';
import { type BodyPart, parseBody } from './parse-body.ts';

const PARAGRAPH = 'whitespace-pre-wrap wrap-anywhere';

/** A message's text as elements, never as HTML. Blocks follow the direction of their own first letters. */
export const MessageBody = memo(function MessageBody({ body }: { readonly body: string }) {
  if (isLoneEmoji(body)) return <p className="py-0.5 text-emoji">{body.trim()}</p>;
  return <div className="flex flex-col gap-2">{parseBody(body).map((part) => renderPart(part))}</div>;
});

function renderPart(part: BodyPart): ReactNode {
  switch (part.kind) {
    case 'code':
      return <CodeBlock key={part.line} language={part.language} text={part.text} />;
    case 'plain':
      return (
        <p key={part.line} dir="auto" className={PARAGRAPH}>
          <PlainText text={part.text} />
        </p>
      );
    case 'markdown':
      return <Blocks key={part.line} nodes={part.nodes} source={part.source} />;
    default:
      return part satisfies never;
  }
}

interface BlocksProps {
  readonly nodes: readonly RootContent[];
  readonly source: string;
}

function Blocks({ nodes, source }: BlocksProps) {
  return nodes.map((node) => <Block key={node.position?.start.offset} node={node} source={source} />);
}

function Block({ node, source }: { readonly node: RootContent; readonly source: string }): ReactNode {
  if (node.type === 'blockquote') {
    return (
      <blockquote dir="auto" className="flex flex-col gap-2 border-s-2 border-edge ps-3 text-muted">
        <Blocks nodes={node.children} source={source} />
      </blockquote>
    );
  }
  if (node.type === 'list') {
    return (
      <List ordered={node.ordered === true} start={node.start ?? 1}>
        {node.children.map((item) => (
          <li key={item.position?.start.offset} className="ps-1">
            <Blocks nodes={item.children} source={source} />
          </li>
        ))}
      </List>
    );
  }
  if (node.type === 'code') return <CodeBlock language={node.lang?.toLowerCase() ?? ''} text={node.value} />;
  // The parser makes paragraphs of everything else.
  return (
    <p dir="auto" className={PARAGRAPH}>
      <Inline nodes={node.type === 'paragraph' ? node.children : [node as PhrasingContent]} source={source} />
    </p>
  );
}

interface ListProps {
  readonly ordered: boolean;
  readonly start: number;
  readonly children: ReactNode;
}

function List({ ordered, start, children }: ListProps) {
  if (!ordered) {
    return (
      <ul dir="auto" className="list-disc ps-5 marker:text-faint">
        {children}
      </ul>
    );
  }
  return (
    <ol dir="auto" start={start} className="list-decimal ps-6 tabular marker:text-muted">
      {children}
    </ol>
  );
}
