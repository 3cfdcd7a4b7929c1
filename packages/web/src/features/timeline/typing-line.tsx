import type { Conversation } from '@parley/client';
import { useParley, useSelected, useTyping } from '@parley/react';
import { memo } from 'react';
import { nameOf } from '../channels/names-and-permissions.ts';
import { typingText } from './typing-text.ts';

/** Who is typing, in reserved space. `off`, because an output is announced by default. */
export const TypingLine = memo(function TypingLine({ conversation }: { readonly conversation: Conversation }) {
  const typing = useTyping(conversation);
  const text = useSelected(useParley().users, (users) => typingText(typing.map((id) => nameOf(id, users, null))));
  return (
    <output aria-live="off" className="block h-6 truncate px-1 pt-0.5 text-small text-muted">
      {text}
    </output>
  );
});
