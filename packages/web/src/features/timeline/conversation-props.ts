import type { ChannelView, Conversation } from '@parley/client';
import type { MessageId } from '@parley/protocol';

/** The conversation on screen. */
export interface ConversationProps {
  readonly conversation: Conversation;
  /** Null for a direct message nobody has written in yet. */
  readonly channel: ChannelView | null;
  /** Under which its place and drafts are remembered: the same before and after its first message. */
  readonly storageKey: string;
  /** As people say it, without a mark. */
  readonly name: string;
  /** With a mark: "#design", "Ada". */
  readonly label: string;
  readonly atSeq: number | null;
}

/** A message whose text is being changed in its place. */
export interface Editing {
  readonly message: MessageId;
  /** An edit that failed, to go on with; null to begin with the message's text. */
  readonly text: string | null;
}
