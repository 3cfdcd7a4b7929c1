import type { FindingKind } from '#adapters/sql/verify/findings.ts';

/** Ids of messages in the sound database. */
export const ID = {
  plain: '00000000-0000-4000-8000-000000000001',
  edited: '00000000-0000-4000-8000-000000000002',
  deleted: '00000000-0000-4000-8000-000000000003',
  mentioning: '00000000-0000-4000-8000-000000000004',
} as const;
/** The text of the deleted message: in no row, and in no finding. */
export const CANARY = 'canary';

/** What happens to a copy, the SQL that causes it, and the exact kinds of finding that verification must report. */
export const CORRUPTIONS: readonly (readonly [what: string, statements: string, finds: readonly FindingKind[]])[] = [
  // The log.
  ['an event is lost', `delete from events where channel = 'c_1' and seq = 12`, ['hole', 'missing-reaction']],
  [
    'the first event is lost',
    `delete from events where channel = 'c_2' and seq = 1`,
    ['extra-member', 'hole', 'wrong-member-count'],
  ],
  ['the last event is lost', `delete from events where channel = 'c_2' and seq = 4`, ['extra-message', 'wrong-head']],
  [
    'a log is lost',
    `delete from events where channel = 'c_2'`,
    ['extra-member', 'wrong-member-count', 'extra-message', 'wrong-head'],
  ],
  [
    'a seq is far away',
    `update events set seq = 9007199254740000 where channel = 'c_3' and seq = 2`,
    ['hole', 'wrong-head', 'missing-member', 'extra-member'],
  ],
  ['a head is behind', `update channels set last_seq = 3 where id = 'c_2'`, ['wrong-head']],
  ['a head is ahead', `update channels set last_seq = 5 where id = 'c_2'`, ['wrong-head']],
  ['an event is no JSON', `update events set data = '{' where channel = 'c_1' and seq = 17`, ['unreadable-event']],
  ['an event is a list', `update events set data = '[]' where channel = 'c_1' and seq = 17`, ['unreadable-event']],
  ['an event is null', `update events set data = 'null' where channel = 'c_1' and seq = 17`, ['unreadable-event']],
  ['a type is unknown', `update events set type = 'pinned' where channel = 'c_1' and seq = 17`, ['unreadable-event']],
  [
    'edit_of is another',
    `update events set edit_of = '${ID.plain}' where seq = 9`,
    ['unreadable-event', 'wrong-message'],
  ],
  ['edit_of is on no edit', `update events set edit_of = '${ID.plain}' where seq = 17`, ['unreadable-event']],
  [
    'a user joins twice',
    `update events set type = 'joined' where channel = 'c_1' and seq = 16`,
    ['contradicting-event', 'missing-member', 'wrong-member-count'],
  ],
  [
    'a user leaves who is not a member',
    data('c_1', 16, { user: 'u_none' }),
    ['contradicting-event', 'missing-member', 'unknown-user'],
  ],
  // Messages.
  ['a message is lost', `delete from messages where id = '${ID.mentioning}'`, ['extra-mention', 'missing-message']],
  [
    'a message with a history is lost',
    `delete from messages where id = '${ID.plain}'`,
    ['contradicting-event', 'extra-reaction', 'missing-message'],
  ],
  ['a message is not in the log', insertMessage('c_2', 3, 'new'), ['extra-message']],
  ['a message is beyond the end of the log', insertMessage('c_2', 12_345, 'new'), ['extra-message']],
  ['a message has the seq of another event', insertMessage('c_1', 17, 'new'), ['extra-message']],
  [
    'a message moved',
    `update messages set seq = 5000 where id = '${ID.mentioning}'`,
    ['extra-mention', 'extra-message', 'missing-message'],
  ],
  ['a text differs', `update messages set body = 'x' where id = '${ID.plain}'`, ['wrong-message']],
  [
    'a text is that of an earlier edit',
    `update messages set body = 'second' where id = '${ID.edited}'`,
    ['wrong-message'],
  ],
  ['the time of an edit is lost', `update messages set edited_at = null where id = '${ID.edited}'`, ['wrong-message']],
  [
    'a message is another author’s',
    `update messages set by = 'u_none' where id = '${ID.plain}'`,
    ['unknown-user', 'wrong-message'],
  ],
  ['a time differs', `update messages set at = at + 1 where id = '${ID.plain}'`, ['wrong-message']],
  ['a thread is lost', `update messages set thread = null where id = '${ID.mentioning}'`, ['wrong-message']],
  // Deletions.
  [
    'a deleted row has its text',
    `update messages set body = '${CANARY}' where id = '${ID.deleted}'`,
    ['extra-mention', 'missing-reaction', 'surviving-text', 'wrong-message'],
  ],
  ['a deleted message is in the log', data('c_1', 6, messageData(ID.deleted)), ['surviving-text']],
  ['an edit of a deleted message is in the log', data('c_1', 9, edit(ID.deleted)), ['surviving-text']],
  [
    'a deleted message mentions',
    `update messages set mentions = '["u_1"]' where id = '${ID.deleted}'`,
    ['wrong-message'],
  ],
  [
    'a deletion is lost',
    `update events set type = 'reacted', data = '${reaction(ID.deleted)}' where seq = 15`,
    ['wrong-message'],
  ],
  [
    'a row is deleted, its event is not',
    `update messages set body = null where id = '${ID.plain}'`,
    ['extra-reaction', 'surviving-text', 'wrong-message'],
  ],
  [
    'a message is deleted twice',
    `update events set type = 'deleted', data = '{"id":"${ID.deleted}"}' where seq = 17`,
    ['contradicting-event'],
  ],
  ['an edit of a live message is redacted', data('c_1', 8, redacted(ID.edited)), ['wrong-message']],
  // Reactions.
  ['a reaction is lost', `delete from reactions`, ['missing-reaction']],
  ['a reaction is not in the log', insertReaction(ID.edited, 4), ['extra-reaction']],
  [
    'a reaction is to an unknown message',
    insertReaction('00000000-0000-4000-8000-00000000000f', 10),
    ['extra-reaction'],
  ],
  ['a reaction to a deleted message still has its row', insertReaction(ID.deleted, 13), ['extra-reaction']],
  [
    'a removed reaction still has its row',
    insertReaction(ID.plain, 11, { emoji: '🎉', name: 'Cyd' }),
    ['extra-reaction'],
  ],
  [
    'a reaction is by another',
    `update reactions set user = (select id from users where name = 'Ada')`,
    ['extra-reaction', 'missing-reaction'],
  ],
  [
    'an event removes a reaction that did not exist',
    data('c_1', 12, { id: ID.plain, emoji: '🙈' }),
    ['contradicting-event', 'missing-reaction'],
  ],
  // Mentions.
  ['a mention is lost', `delete from mentions where seq = 7`, ['missing-mention']],
  [
    'a user is listed as mentioned who was not',
    `insert into mentions select id, 'c_1', 4 from users where name = 'Bob'`,
    ['extra-mention'],
  ],
  [
    'an author is listed as mentioned',
    `insert into mentions select id, 'c_1', 7 from users where name = 'Ada'`,
    ['extra-mention'],
  ],
  [
    'a mention has a seq without a message',
    `insert into mentions select id, 'c_1', 17 from users where name = 'Bob'`,
    ['extra-mention'],
  ],
  [
    'the mentions of a message differ',
    `update messages set mentions = '[]' where id = '${ID.mentioning}'`,
    ['extra-mention', 'wrong-message'],
  ],
  // Members.
  ['a member is lost', `delete from members where channel = 'c_2'`, ['missing-member', 'wrong-member-count']],
  [
    'a member never joined',
    `insert into members select 'c_2', id, 4, 4 from users where name = 'Bob'`,
    ['extra-member', 'wrong-member-count'],
  ],
  [
    'a member who left still has a row',
    `update members set joined_seq = 3 where channel = 'c_1' and joined_seq = 18`,
    ['extra-member', 'missing-member'],
  ],
  ['a count is wrong', `update channels set member_count = 2 where id = 'c_2'`, ['wrong-member-count']],
  ['a cursor is beyond the head', `update members set read_seq = 5 where channel = 'c_2'`, ['wrong-cursor']],
  [
    'a cursor is before the join of its member',
    `update members set read_seq = 16 where joined_seq = 18`,
    ['wrong-cursor'],
  ],
  [
    'a third user is in a direct message',
    `update channels set dm_members = '["u_x"]' where id = 'c_3'`,
    ['extra-member'],
  ],
  // Channels.
  [
    'a name is not that of the last rename',
    `update channels set name = 'other', name_key = 'other' where id = 'c_1'`,
    ['wrong-channel'],
  ],
  ['a topic is not that of the last rename', `update channels set topic = 'other' where id = 'c_1'`, ['wrong-channel']],
  ['a name_key does not match its name', `update channels set name_key = 'other' where id = 'c_2'`, ['wrong-channel']],
  ['a direct message has another kind', `update channels set kind = 'private' where id = 'c_3'`, ['wrong-channel']],
  ['the partners are unreadable', `update channels set dm_members = '{' where id = 'c_3'`, ['wrong-channel']],
  // Broken references, and the file.
  ['a channel is lost', `delete from channels where id = 'c_2'`, ['broken-reference', 'unknown-channel']],
  ['a user is lost', `delete from users where name = 'Cyd'`, ['broken-reference', 'unknown-user']],
  [
    'an index lacks rows',
    `update sqlite_schema set sql = replace(sql, 'is not null', 'is null') where name = 'edits_of_message'`,
    ['damaged-file'],
  ],
];

function data(channel: string, seq: number, fields: object): string {
  return `update events set data = '${JSON.stringify(fields)}' where channel = '${channel}' and seq = ${seq}`;
}

function messageData(id: string) {
  return { message: { id, body: CANARY } };
}

function edit(id: string) {
  return { id, body: CANARY };
}

function redacted(id: string) {
  return { id, body: '', deleted: true };
}

function reaction(id: string): string {
  return JSON.stringify({ id, emoji: '👍' });
}

function insertMessage(channel: string, seq: number, body: string): string {
  const id = '00000000-0000-4000-8000-0000000000aa';
  return `insert into messages select '${id}', '${channel}', ${seq}, 1, id, '${body}', null, null, null
    from users where name = 'Ada'`;
}

function insertReaction(message: string, seq: number, { emoji = '👍', name = 'Bob' } = {}): string {
  return `insert into reactions select '${message}', '${emoji}', id, ${seq}, ${seq} from users where name = '${name}'`;
}
