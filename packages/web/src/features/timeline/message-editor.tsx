import type { TimelineMessage } from '@parley/client';
import { type ChannelId, MAX_BODY_CHARS } from '@parley/protocol';
import { useParley } from '@parley/react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { AutoSizeTextarea } from '../composer/auto-size-textarea.tsx';
import { normalizeBody } from '../composer/normalize-body.ts';
import { useEmojiNames } from '../composer/use-emoji-names.ts';

interface MessageEditorProps {
  readonly message: TimelineMessage;
  readonly channelId: ChannelId;
  /** The initial text. */
  readonly text: string;
  readonly onEnd: () => void;
}

/** Edits a message in place. Enter saves, Escape cancels. */
export function MessageEditor({ message, channelId, text: initial, onEnd }: MessageEditorProps) {
  const parley = useParley();
  const [text, setText] = useState(initial);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => focusAtEnd(area.current), []);
  useEmojiNames(text);

  const body = normalizeBody(text);
  const tooLong = body.length > MAX_BODY_CHARS;
  const save = (): void => {
    if (tooLong || body === '') return;
    if (body !== message.body) parley.edit(channelId, message.id, body);
    onEnd();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onEnd();
    }
  };
  return (
    <div className="py-1">
      <div className="rounded-md border border-edge bg-raised focus-within:border-accent">
        <AutoSizeTextarea
          ref={area}
          label="Edit message"
          value={text}
          onText={(draft) => setText(draft.text)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="flex items-center gap-2 pt-1.5">
        <Button size="small" variant="primary" disabled={tooLong || body === ''} onClick={save}>
          Save
        </Button>
        <Button size="small" variant="quiet" onClick={onEnd}>
          Cancel
        </Button>
        <span className="text-small text-faint max-md:hidden">
          {tooLong ? `Longer than ${MAX_BODY_CHARS.toLocaleString('en')} characters` : 'Enter saves, Esc cancels'}
        </span>
      </div>
    </div>
  );
}

function focusAtEnd(area: HTMLTextAreaElement | null): void {
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
