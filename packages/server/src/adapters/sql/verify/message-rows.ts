import type { MessageEvent } from '@parley/protocol';
import type { AddFinding, Finding } from './findings.ts';
import { mentionKey, mentionsOf, parseEvent, type EventRow, type MessageRow, type LogSegment } from './log-segment.ts';

/** Holds the rows of a stretch's messages against the events that said them, and the mentions against both. */
export function compareMessages(stretch: LogSegment, add: AddFinding): void {
  const { parsed, messages, lastEdits, mentions } = stretch;
  const said = new Map<string, MessageEvent>();
  for (const event of parsed.values()) {
    if (event?.type === 'message') said.set(event.message.id, event);
  }
  for (const row of messages) {
    const event = said.get(row.id);
    if (event?.seq !== row.seq) {
      add({ kind: 'extra-message', seq: row.seq, detail: `the log does not have ${row.id} at ${row.seq}` });
      continue;
    }
    said.delete(row.id);
    for (const finding of differences(event, row, lastEdits.get(row.id))) add({ seq: row.seq, ...finding });
    for (const user of mentionsOf(event)) {
      if (mentions.has(mentionKey(user, row.seq))) continue;
      add({ kind: 'missing-mention', seq: row.seq, detail: `the message at ${row.seq} mentions ${user}` });
    }
  }
  for (const { seq, message } of said.values()) {
    add({ kind: 'missing-message', seq, detail: `${message.id}, which was said at ${seq}, has no row there` });
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
    survives('the event that said it');
    return found;
  }
  const edit = lastEdit === undefined ? null : parseEvent(lastEdit);
  const { body, at } = edit?.type === 'edited' ? edit : { body: message.body, at: null };
  if (row.body !== body) wrong('its text is not what was said, or edited, last');
  if (row.edited_at !== at) wrong('edited_at is not the time of its last edit');
  if (row.thread !== (message.thread ?? null)) wrong('its thread is not that of its event');
  if (row.mentions !== (message.mentions === undefined ? null : JSON.stringify(message.mentions))) {
    wrong('its mentions are not those of its event');
  }
  return found;
}
