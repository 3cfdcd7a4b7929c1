import { Bold, Code, Italic, Link, List, ListOrdered, Quote, SquareCode, Strikethrough } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { IconButton } from '../../ui/icon-button.tsx';
import type { Format } from './format.ts';

const BUTTONS = [
  { format: 'bold', label: 'Bold', keys: 'Mod+B', Icon: Bold },
  { format: 'italic', label: 'Italic', keys: 'Mod+I', Icon: Italic },
  { format: 'strike', label: 'Strikethrough', keys: 'Mod+Shift+X', Icon: Strikethrough },
  { format: 'code', label: 'Code', keys: 'Mod+E', Icon: Code },
  { format: 'code-block', label: 'Code block', keys: 'Mod+Shift+E', Icon: SquareCode },
  { format: 'link', label: 'Link', keys: 'Mod+Shift+U', Icon: Link },
  { format: 'quote', label: 'Quote', keys: 'Mod+Shift+9', Icon: Quote },
  { format: 'list', label: 'List', keys: 'Mod+Shift+8', Icon: List },
  { format: 'numbers', label: 'Numbered list', keys: 'Mod+Shift+7', Icon: ListOrdered },
] as const satisfies readonly { format: Format; label: string; keys: string; Icon: unknown }[];

/** Buttons that insert Markdown. */
export function FormatBar({ onFormat }: { readonly onFormat: (format: Format) => void }) {
  return (
    <div
      role="toolbar"
      aria-label="Formatting"
      className="flex gap-0.5 overflow-x-auto border-b border-line px-1.5 py-1"
    >
      {BUTTONS.map(({ format, label, keys, Icon }) => (
        <IconButton
          key={format}
          size="small"
          label={label}
          keys={keys}
          icon={<Icon aria-hidden className="size-4" />}
          // Keeps the selection.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onFormat(format)}
        />
      ))}
    </div>
  );
}

/** The format of a keyboard shortcut. Digits are matched by key code, because Shift changes their character. */
export function formatOfKey(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): Format | null {
  if (event.altKey || event.ctrlKey === event.metaKey) return null;
  const key = event.code.startsWith('Digit') ? event.code.slice('Digit'.length) : event.key.toUpperCase();
  const pressed = `Mod+${event.shiftKey ? 'Shift+' : ''}${key}`;
  return BUTTONS.find(({ keys }) => keys === pressed)?.format ?? null;
}
