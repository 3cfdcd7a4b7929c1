import type { Conversation } from '@parley/client';
import { useTyping, useUsers } from '@parley/react';
import { nameOf } from '../../app/people.ts';
import { typingWords } from './typing-words.ts';

/** Who types, in space that is reserved for it. Never read out: `status` alone would be. */
export function TypingLine({ conversation }: { readonly conversation: Conversation }) {
  const typing = useTyping(conversation);
  const users = useUsers();
  const words = typingWords(typing.map((id) => nameOf(id, users, null)));
  return (
    <div role="status" aria-live="off" className="h-6 truncate px-1 pt-0.5 text-small text-muted">
      {words}
    </div>
  );
}
