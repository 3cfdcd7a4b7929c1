import type {
  ChannelId,
  ChannelSummary,
  CreateChannelBody,
  Delete,
  Edit,
  History,
  ListedChannel,
  LogEvent,
  MessagePage,
  PostMessageReply,
  React,
  ReadCommand,
  Send,
  Sync,
  Unreact,
  UpdateChannelBody,
  UserId,
} from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Outcome } from '#kernel/outcome.ts';
import type { ConnectionId } from '#ports/bus.ts';

export type { Actor };

/** What a command stored: the `ok` reply. For a command that changed nothing, the head it found. */
export interface Stored {
  readonly channel: ChannelId;
  readonly seq: number;
  readonly at: number;
}

export type SyncReply =
  | { readonly kind: 'events'; readonly events: readonly LogEvent[]; readonly lastSeq: number; readonly more: boolean }
  | { readonly kind: 'reset' };

/**
 * Everything one can ask of Parley. The gateway and the HTTP routes both call it; neither knows the store.
 * Refusals are values. It rejects only with `StoreUnavailable`, or when there is a bug.
 */
export interface Chat {
  send(actor: Actor, command: Omit<Send, 'type' | 'ref'>): Promise<Outcome<PostMessageReply>>;
  edit(actor: Actor, command: Omit<Edit, 'type' | 'ref'>): Promise<Outcome<Stored>>;
  delete(actor: Actor, command: Omit<Delete, 'type' | 'ref'>): Promise<Outcome<Stored>>;
  react(actor: Actor, command: Omit<React, 'type' | 'ref'>): Promise<Outcome<Stored>>;
  unreact(actor: Actor, command: Omit<Unreact, 'type' | 'ref'>): Promise<Outcome<Stored>>;
  /** `from` is the connection that asks, if any: the user's other connections hear of it. */
  read(actor: Actor, command: Omit<ReadCommand, 'type' | 'ref'>, from: ConnectionId | null): Promise<Outcome<null>>;
  sync(actor: Actor, command: Omit<Sync, 'type' | 'ref'>): Promise<Outcome<SyncReply>>;
  history(actor: Actor, command: Omit<History, 'type' | 'ref'>): Promise<Outcome<MessagePage>>;
  isMember(actor: Actor, channel: ChannelId): Promise<boolean>;
  heads(actor: Actor): Promise<ReadonlyMap<ChannelId, number>>;

  listChannels(actor: Actor): Promise<readonly ListedChannel[]>;
  /** `conflict` when a public channel has that name. */
  createChannel(actor: Actor, body: CreateChannelBody): Promise<Outcome<ChannelSummary>>;
  updateChannel(actor: Actor, channel: ChannelId, body: UpdateChannelBody): Promise<Outcome<ChannelSummary>>;
  /** Public channels only; joining again changes nothing. */
  join(actor: Actor, channel: ChannelId): Promise<Outcome<ChannelSummary>>;
  /** `forbidden` for #general and direct messages. */
  leave(actor: Actor, channel: ChannelId): Promise<Outcome<null>>;
  members(actor: Actor, channel: ChannelId): Promise<Outcome<readonly UserId[]>>;
  addMember(actor: Actor, channel: ChannelId, user: UserId): Promise<Outcome<null>>;
  removeMember(actor: Actor, channel: ChannelId, user: UserId): Promise<Outcome<null>>;

  /** Makes the user a member of #general. Doing it again changes nothing. */
  joinGeneral(user: UserId): Promise<void>;
}
