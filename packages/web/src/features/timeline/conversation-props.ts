import type { ChannelView, Conversation } from '@parley/client';
import type { MessageId } from '@parley/protocol';

/** The conversation on screen. */
export interface ConversationProps {
  readonly conversation: Conversation;
  /** Null for a direct message without a channel. */
  readonly channel: ChannelView | null;
  /** The key for drafts and scroll position. Stays the same when the first message creates the channel. */
  readonly storageKey: string;
  /** The name without a prefix. */
  readonly name: string;
  /** The name with a prefix: "#design", "Ada". */
  readonly label: string;
  readonly atSeq: number | null;
}

/** A message that is edited in place. */
export interface Editing {
  readonly message: MessageId;
  /** The text of a failed edit. Null starts with the message's text. */
  readonly text: string | null;
}
