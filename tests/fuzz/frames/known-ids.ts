import type { ChannelId, MessageId, UserId } from '@parley/protocol';

/** The ids that an attacker knows and builds frames from. */
export interface Known {
  /** Channels the attacker is a member of. */
  readonly own: readonly ChannelId[];
  /** Channels of others: a command to one of them must be answered as if it did not exist. */
  readonly foreign: readonly ChannelId[];
  /** Users that may get direct messages. */
  readonly users: readonly UserId[];
  /** Users that must not notice the attack: they are named only where that has no effect. */
  readonly untouchable: readonly UserId[];
  /** Ids of the attackers' own messages, present and future. */
  readonly messages: readonly MessageId[];
  /** Ids of messages in foreign channels. */
  readonly foreignMessages: readonly MessageId[];
}
