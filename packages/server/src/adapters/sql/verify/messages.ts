import type { MessageEvent } from '@parley/protocol';
import type { Snapshot } from '../snapshot.ts';
import { prepare, rowsFrom } from '../statement.ts';
import type { AddFinding, Finding } from './findings.ts';
import type { EventRow, LogSegment, MessageRow } from './log-segment.ts';
import { mentionKey, mentionsOf } from './mentions.ts';
import { parseEvent } from './parse.ts';

export function prepareMessageQueries({ kysely, dialect }: Snapshot) {
  return {
    range: prepare({ channel: 'text', after: 'int', upTo: 'int' }, ({ channel, after, upTo }) =>
      kysely
        .selectFrom('messages')
        .selectAll()
        .where('channel', '=', channel)
        .where('seq', '>', after)
        .where('seq', '<=', upTo)
        .orderBy('seq'),
    ),
    next: prepare({ channel: 'text', after: 'int' }, ({ channel, after }) =>
      kysely
        .selectFrom('messages')
        .select((column) => column.fn.min('seq').as('seq'))
        .where('channel', '=', channel)
        .where('seq', '>', after),
    ),
    byId: prepare({ ids: 'rows' }, ({ ids }) =>
      kysely
        .selectFrom(rowsFrom(dialect, ids, { id: 'text' }))
        .innerJoin('messages', 'messages.id', 'r.id')
        .select(['messages.id', 'messages.channel', 'messages.seq'])
        .select((column) => column('messages.body', 'is', null).as('isDeleted')),
    ),
  };
}

/** Compares the rows of a segment's messages with their events, and the rows of mentions with both. */
export function compareMessages(segment: LogSegment, add: AddFinding): void {
  const { parsed, messages, lastEdits, mentions } = segment;
  const unmatched = new Map<string, MessageEvent>();
  for (const event of parsed.values()) {
    if (event?.type === 'message') unmatched.set(event.message.id, event);
  }
  for (const row of messages) {
    const event = unmatched.get(row.id);
    if (event?.seq !== row.seq) {
      add({ kind: 'extra-message', seq: row.seq, detail: `the log does not have ${row.id} at ${row.seq}` });
      continue;
    }
    unmatched.delete(row.id);
    for (const finding of differences(event, row, lastEdits.get(row.id))) add({ seq: row.seq, ...finding });
    for (const user of mentionsOf(event)) {
      if (mentions.has(mentionKey(user, row.seq))) continue;
      add({ kind: 'missing-mention', seq: row.seq, detail: `the message at ${row.seq} mentions ${user}` });
    }
  }
  for (const { seq, message } of unmatched.values()) {
    add({ kind: 'missing-message', seq, detail: `${message.id}, which the log has at ${seq}, has no row there` });
  }
}

type Difference = Omit<Finding, 'channel' | 'seq'>;

function differences(event: MessageEvent, row: MessageRow, lastEdit: EventRow | undefined): Difference[] {
  const { message } = event;
  const found: Difference[] = [];
  const wrong = (detail: string): void => void found.push({ kind: 'wrong-message', detail: `${row.id}: ${detail}` });
  const survives = (where: string): void =>
    void found.push({ kind: 'surviving-text', detail: `${row.id} is deleted, and ${where} has its text` });
  if (row.at !== event.at || row.by !== event.by) wrong('its time or author is not that of its event');
  if ('deleted' in message) {
    if (row.body !== null) survives('its row');
    if (row.mentions !== null) wrong('it is deleted, and its row has its mentions');
    return found;
  }
  if (row.body === null) {
    survives('its event');
    return found;
  }
  const edit = lastEdit === undefined ? null : parseEvent(lastEdit);
  const { body, at } = edit?.type === 'edited' ? edit : { body: message.body, at: null };
  if (row.body !== body) wrong('its text is not that of its last edit, or of its event');
  if (row.edited_at !== at) wrong('edited_at is not the time of its last edit');
  if (row.thread !== (message.thread ?? null)) wrong('its thread is not that of its event');
  if (row.mentions !== (message.mentions === undefined ? null : JSON.stringify(message.mentions))) {
    wrong('its mentions are not those of its event');
  }
  return found;
}
