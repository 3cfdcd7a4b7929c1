import type { AccountsTables } from '#ports/accounts-tables.ts';

/** Every table, as Kysely sees it. Times are milliseconds since the epoch. */
export interface Tables extends AccountsTables {
  meta: MetaTable;
  channels: ChannelsTable;
  members: MembersTable;
  events: EventsTable;
  messages: MessagesTable;
  mentions: MentionsTable;
  reactions: ReactionsTable;
}

/** One row. */
export interface MetaTable {
  only: number;
  epoch: string;
  /** How many migrations ran. */
  version: number;
  /** Written by `probe`, to see whether writing works. */
  probed_at: number;
  /** Signs session cookies, where nodes share a database and are not told one. */
  secret: string | null;
}

export interface ChannelsTable {
  id: string;
  kind: string;
  name: string;
  /** `nameKey(name)`; unique among public channels. */
  name_key: string;
  topic: string;
  created_by: string | null;
  created_at: number;
  last_seq: number;
  member_count: number;
  /** JSON array of user ids; null unless a direct message. */
  dm_members: string | null;
}

export interface MembersTable {
  channel: string;
  user: string;
  read_seq: number;
  /** That of the `joined` event. */
  joined_seq: number;
}

/** The log: the truth, from which the other tables of a channel are derived. */
export interface EventsTable {
  channel: string;
  seq: number;
  at: number;
  by: string;
  type: string;
  /** JSON object: the fields of this type. */
  data: string;
  /** With `edited`: the id of the message, so that its deletion finds the text. */
  edit_of: string | null;
}

export interface MessagesTable {
  id: string;
  channel: string;
  seq: number;
  at: number;
  by: string;
  /** Null once deleted. */
  body: string | null;
  edited_at: number | null;
  thread: string | null;
  /** JSON array of user ids; null when it mentions nobody. */
  mentions: string | null;
}

/** For counting: who is mentioned by others, and where. */
export interface MentionsTable {
  user: string;
  channel: string;
  seq: number;
}

export interface ReactionsTable {
  message: string;
  emoji: string;
  user: string;
  /** That of the `reacted` event: the order of the users. */
  seq: number;
  /** Seq of the reaction since which the emoji stands there without a break: the order of the emoji. */
  place: number;
}
