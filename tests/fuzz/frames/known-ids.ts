import type { ChannelId, MessageId, UserId } from '@parley/protocol';

/** What an attacker knows of the server it talks to, and builds frames of. */
export interface Known {
  /** Channels the attacker is a member of. */
  readonly own: readonly ChannelId[];
  /** Channels of others: whoever names one must be told that there is none. */
  readonly foreign: readonly ChannelId[];
  /** Users that may be written to: they expect it. */
  readonly users: readonly UserId[];
  /** Users that must not even hear of this; only named where it has no effect. */
  readonly untouchable: readonly UserId[];
  /** Ids that the attackers' own messages have, or will have. */
  readonly messages: readonly MessageId[];
  /** Ids of messages in foreign channels. */
  readonly foreignMessages: readonly MessageId[];
}
