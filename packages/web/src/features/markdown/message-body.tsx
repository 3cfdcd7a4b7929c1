import type { PhrasingContent, RootContent } from 'mdast';
import { memo, type ReactNode } from 'react';
import { CodeBlock } from './code-block.tsx';
import { Inline, PlainText } from './inline.tsx';
import { isEmojiOnly } from './is-emoji-only.ts';
import { type BodyPart, parseBody } from './parse-body.ts';

const PARAGRAPH = 'whitespace-pre-wrap wrap-anywhere';

interface MessageBodyProps {
  readonly body: string;
  /** Placed after the last word. */
  readonly suffix?: ReactNode;
}

/** Renders a message body as elements, never as HTML. Each block takes its direction from its first letters. */
export const MessageBody = memo(function MessageBody({ body, suffix = null }: MessageBodyProps) {
  if (isEmojiOnly(body)) {
    return (
      <p className="py-0.5 text-emoji">
        {body.trim()}
        {withSpace(suffix)}
      </p>
    );
  }
  const parts = parseBody(body);
  const last = parts.at(-1);
  return (
    <div className="flex flex-col gap-2">
      {parts.map((part) => renderPart(part, part === last ? suffix : null))}
      {last?.kind === 'code' && suffix}
    </div>
  );
});

function renderPart(part: BodyPart, suffix: ReactNode): ReactNode {
  switch (part.kind) {
    case 'code':
      return <CodeBlock key={part.line} language={part.language} text={part.text} />;
    case 'plain':
      return (
        <p key={part.line} dir="auto" className={PARAGRAPH}>
          <PlainText text={part.text} />
          {withSpace(suffix)}
        </p>
      );
    case 'markdown':
      return <Blocks key={part.line} nodes={part.nodes} source={part.source} suffix={suffix} />;
    default:
      return part satisfies never;
  }
}

/** Adds a space before the suffix, if there is one. */
const withSpace = (suffix: ReactNode): ReactNode => suffix !== null && <> {suffix}</>;

interface BlocksProps {
  readonly nodes: readonly RootContent[];
  readonly source: string;
  readonly suffix?: ReactNode;
}

function Blocks({ nodes, source, suffix = null }: BlocksProps) {
  const last = nodes.at(-1);
  return (
    <>
      {nodes.map((node) => (
        <Block key={node.position?.start.offset} node={node} source={source} suffix={node === last ? suffix : null} />
      ))}
      {last !== undefined && isContainer(last) && suffix}
    </>
  );
}

/** Whether the block has no last line that the suffix could follow. */
const isContainer = ({ type }: RootContent): boolean => type === 'blockquote' || type === 'list' || type === 'code';

interface BlockProps {
  readonly node: RootContent;
  readonly source: string;
  readonly suffix: ReactNode;
}

function Block({ node, source, suffix }: BlockProps): ReactNode {
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
  // The parser turns everything else into paragraphs.
  return (
    <p dir="auto" className={PARAGRAPH}>
      <Inline nodes={node.type === 'paragraph' ? node.children : [node as PhrasingContent]} source={source} />
      {withSpace(suffix)}
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
