import { Check, Copy } from 'lucide-react';
import { memo, useEffect, useState } from 'react';
import { copyText } from '../../ui/copy-text.ts';
import { useHighlighted } from './use-highlighted.ts';

const COPIED_MS = 1_500;

interface CodeBlockProps {
  /** Empty when none was given. */
  readonly language: string;
  readonly text: string;
}

/** A code block that scrolls horizontally. Colours are added when the highlighter has loaded, and change no size. */
export const CodeBlock = memo(function CodeBlock({ language, text }: CodeBlockProps) {
  const highlighted = useHighlighted(text, language);
  return (
    <div dir="ltr" className="group/code relative">
      {/* Focusable, because it may scroll. */}
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="ring-inside overflow-x-auto rounded-sm border border-line bg-sunken px-3 py-2 font-mono text-secondary leading-5 whitespace-pre"
      >
        <code>{highlighted}</code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
});

function CopyButton({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    setCopied(await copyText(text));
  };
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copy()}
      className="absolute top-1 right-1 flex h-7 items-center gap-1 rounded-sm border border-line bg-raised px-2 text-small text-muted opacity-0 duration-quick group-hover/code:opacity-100 hover:text-ink focus-visible:opacity-100 touch:opacity-100"
    >
      <Icon aria-hidden className="size-3.5" />
      {copied ? 'Copied' : 'Copy'}
    </button>
  );
}
