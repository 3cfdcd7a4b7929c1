import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import type { Acked, AttemptRecord, Delivered, Entry, HistoryRecord, Log, ClientView } from './records.ts';
import type { ViolationKind } from './result.ts';

const CHANNEL = 'c_1';
const at = { connection: 'ada.1', channel: CHANNEL } as const;

/** Two messages, an edit and a deletion, which all clients received. */
const VALID: readonly HistoryRecord[] = [
  { what: 'header', kind: 'none', seed: '1', nodes: 1, commit: 'none', maxConvergedMs: 5_000 },
  { what: 'opened', connection: 'ada.1', user: 'ada', node: 'node 1' },
  { what: 'subscribed', ...at, seq: 1 },
  { what: 'submitted', client: 'ada', id: 'a' },
  attempt(1, 'message', 'a', 'first'),
  acked(1, 2),
  delivered(2, 'message', 'a', 'first'),
  attempt(2, 'message', 'b', 'second'),
  attempt(3, 'edited', 'a', 'first, edited'),
  attempt(4, 'deleted', 'b', ''),
  acked(2, 3),
  acked(3, 4),
  acked(4, 5),
  delivered(3, 'message', 'b', 'second'),
  delivered(4, 'edited', 'a', 'first, edited'),
  delivered(5, 'deleted', 'b', ''),
  { what: 'fault', kind: 'kill', phase: 'begins', detail: '', atMs: 0 },
  { what: 'closed', connection: 'ada.1', code: 1006 },
  { what: 'fault', kind: 'kill', phase: 'ends', detail: '', atMs: 9 },
  { what: 'converged', client: 'ada', onlineMs: 100, drainedMs: 150, convergedMs: 200 },
  log([
    [1, 'other', '', ''],
    [2, 'message', 'a', 'first'],
    [3, 'message', 'b', null],
    [4, 'edited', 'a', 'first, edited'],
    [5, 'deleted', 'b', ''],
  ]),
  { what: 'message-list', how: 'history', channel: CHANNEL, messages: stateOf('first, edited') },
  clientView({}),
];

test('a valid history has no violation', () => {
  const { violations, counts } = check(VALID);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ attempt: 4, acked: 4, 'fault: kill': 1, entries: 5, 'without an answer': 0 });
});

describe('the checker', () => {
  test('reports an acknowledged message that is not read as lost, with the part of the log it is missing from', () => {
    expect(violationsOf(replaceLog((entries) => entries.filter(({ seq }) => seq < 5)))).toMatchObject({
      lost: expect.stringContaining('(end)') as string,
      gone: expect.stringContaining('ada.1 received c_1#5') as string,
    });
    const middle = violationsOf(replaceLog((entries) => entries.map((one) => (one.seq === 2 ? other(2) : one))));
    expect(middle['lost']).toContain('(middle)');
    expect(violationsOf(replaceLog((entries) => entries.filter(({ seq }) => seq > 2)))).toHaveProperty('hole');
  });

  test('reports messages acknowledged or received after the last read as inconclusive', () => {
    const later = [attempt(9, 'message', 'z', 'last'), acked(9, 6), delivered(6, 'message', 'z', 'last')];
    expect(violationsOf([...VALID, ...later])).toEqual({ inconclusive: expect.any(String) as string });
  });

  test('reports an entry that a later read does not return as gone', () => {
    expect(violationsOf([...VALID, log([[1, 'other', '', '']])])).toHaveProperty('gone');
  });

  test('reports a message that no client sent, or with another text, as unexpected', () => {
    expect(violationsOf(replaceLog((entries) => [...entries, entry(6, 'message', 'z', 'unknown')]))).toHaveProperty(
      'unexpected',
    );
    const changed = replaceLog((all) => all.map((one) => (one.seq === 2 ? { ...one, text: 'another' } : one)));
    expect(violationsOf(changed)).toHaveProperty('unexpected');
  });

  test('reports one message at two positions as duplicate', () => {
    expect(violationsOf(replaceLog((all) => [...all, entry(6, 'message', 'a', 'first')]))).toHaveProperty('duplicate');
    expect(violationsOf(replaceLog((all) => [...all, entry(6, 'edited', 'a', 'first, edited')]))).toHaveProperty(
      'duplicate',
    );
  });

  test('reports a message acknowledged with another seq than it has as wrong position', () => {
    expect(
      violationsOf(VALID.map((one) => (one.what === 'acked' && one.ref === 1 ? { ...one, seq: 3 } : one))),
    ).toHaveProperty('wrong position');
  });

  test('accepts a repeated change acknowledged at a later position, and reports an earlier one as wrong position', () => {
    const answered = (seq: number) =>
      VALID.map((one) => (one.what === 'acked' && one.ref === 3 ? { ...one, seq } : one));
    expect(violationsOf(answered(5))).toEqual({});
    expect(violationsOf(answered(3))).toHaveProperty('wrong position');
  });

  test('does not mistake an edit refused after a deletion for an earlier stored edit', () => {
    const [before, after] = [VALID.slice(0, 16), VALID.slice(16)];
    const edits = [attempt(8, 'edited', 'b', 'first edit'), acked(8, 6), attempt(9, 'edited', 'b', 'second edit')];
    const refused: HistoryRecord = { what: 'refused', connection: 'ada.1', ref: 9, code: 'not_found' };
    const records = replaceLog(
      (all) => [...all, entry(6, 'edited', 'b', null)],
      [...before, ...edits, refused, ...after],
    );
    expect(violationsOf(records)).not.toHaveProperty('refused but stored');
  });

  test('reports a later request stored before an earlier one as order of one sender', () => {
    const swapped = insert([attempt(8, 'message', 'y', 'later'), attempt(9, 'message', 'x', 'latest')]);
    const kinds = violationsOf(
      replaceLog((all) => [...all, entry(6, 'message', 'x', 'latest'), entry(7, 'message', 'y', 'later')], swapped),
    );
    expect(kinds).toHaveProperty('order of one sender');
  });

  test('reports a message sent after an acknowledgement but stored before it as order of acknowledgements', () => {
    const [before, after] = [VALID.slice(0, 16), VALID.slice(16)];
    const late: HistoryRecord = { ...attempt(1, 'message', 'late', 'late'), connection: 'bob.1' };
    const kinds = violationsOf(
      replaceLog(
        (all) => all.map((one) => (one.seq === 1 ? entry(1, 'message', 'late', 'late') : one)),
        [...before, late, ...after],
      ),
    );
    expect(kinds).toHaveProperty('order of acknowledgements');
  });

  test('reports two connections that received different messages at one position as inconsistent', () => {
    const other: Delivered = { ...delivered(2, 'message', 'b', 'second'), connection: 'bob.1' };
    expect(
      violationsOf([...VALID, { what: 'subscribed', connection: 'bob.1', channel: CHANNEL, seq: 1 }, other]),
    ).toHaveProperty('inconsistent');
  });

  test('reports an event that is missing, repeated or late on a connection as delivery gap', () => {
    const isFirst = (one: HistoryRecord): boolean => one.what === 'delivered' && one.seq === 2;
    expect(violationsOf(VALID.filter((one) => !isFirst(one)))).toHaveProperty('delivery gap');
    expect(violationsOf(VALID.flatMap((one) => (isFirst(one) ? [one, one] : [one])))).toHaveProperty('delivery gap');
  });

  test('reports a stored message with a final refusal as refused but stored', () => {
    const refused = VALID.map((one): HistoryRecord =>
      one.what === 'acked' && one.ref === 1 ? { what: 'refused', connection: 'ada.1', ref: 1, code: 'not_found' } : one,
    );
    expect(violationsOf(refused)).toHaveProperty('refused but stored');
    const unavailable = refused.map((one) => (one.what === 'refused' ? { ...one, code: 'unavailable' } : one));
    expect(violationsOf(unavailable)).toEqual({});
  });

  test('reports an `internal` reply as internal error', () => {
    const refused: HistoryRecord = { what: 'refused', connection: 'ada.1', ref: 8, code: 'internal' };
    expect(violationsOf(insert([attempt(8, 'message', 'x', 'x'), refused]))).toHaveProperty('internal error');
  });

  test('reports a message list that does not follow from the log as wrong state', () => {
    const page: HistoryRecord = { what: 'message-list', how: 'HTTP', channel: CHANNEL, messages: stateOf('first') };
    expect(violationsOf([...VALID, page])['wrong state']).toContain('HTTP');
  });

  test('reports a missing message, an old text, a pending message or a false failure in a client as wrong view', () => {
    expect(violationsOf([...VALID, clientView({ messages: [] })])).toHaveProperty('wrong view');
    expect(violationsOf([...VALID, clientView({ messages: stateOf('first') })])).toHaveProperty('wrong view');
    expect(violationsOf([...VALID, clientView({ messages: stateOf('first, edited').slice(1) })])).toHaveProperty(
      'wrong view',
    );
    expect(
      violationsOf([...VALID, clientView({ messages: stateOf('first, edited').slice(1), fromStart: false })]),
    ).toEqual({});
    expect(violationsOf([...VALID, clientView({ pending: ['q'] })])).toHaveProperty('wrong view');
    expect(violationsOf([...VALID, clientView({ failed: ['a'] })])).toHaveProperty('wrong view');
  });

  test('reports a submitted message that is neither stored nor shown as failed as unaccounted', () => {
    const wrote: HistoryRecord = { what: 'submitted', client: 'ada', id: 'q' };
    expect(violationsOf([...VALID, wrote])).toHaveProperty('unaccounted');
    expect(violationsOf([...VALID, wrote, clientView({ failed: ['q'] })])).toEqual({});
    expect(violationsOf([...VALID, wrote, { what: 'dismissed', client: 'ada', id: 'q' }])).toEqual({});
  });

  test('reports a connected client that converges too late or never as late', () => {
    const converged = { what: 'converged', client: 'ada' } as const;
    expect(violationsOf([...VALID, { ...converged, onlineMs: 9_000, drainedMs: 1, convergedMs: 13_999 }])).toEqual({});
    expect(violationsOf([...VALID, { ...converged, onlineMs: 1, drainedMs: 9_000, convergedMs: 13_999 }])).toEqual({});
    expect(
      violationsOf([...VALID, { ...converged, onlineMs: 9_000, drainedMs: 1, convergedMs: 14_001 }]),
    ).toHaveProperty('late');
    expect(violationsOf([...VALID, { ...converged, onlineMs: 1, drainedMs: 1, convergedMs: null }])).toHaveProperty(
      'late',
    );
    expect(
      violationsOf([...VALID, { ...converged, onlineMs: null, drainedMs: null, convergedMs: null }]),
    ).toHaveProperty('late');
  });

  test('reports a measured value below or above its bounds as out of bounds', () => {
    const measured = { what: 'measured', name: 'bytes', value: 5 } as const;
    expect(violationsOf([...VALID, { ...measured, atMost: 5, atLeast: 5 }])).toEqual({});
    expect(violationsOf([...VALID, { ...measured, atMost: 4 }])).toHaveProperty('out of bounds');
    expect(violationsOf([...VALID, { ...measured, atLeast: 6 }])).toHaveProperty('out of bounds');
  });

  test('reports a history without acknowledgements, reads or client views as inconclusive', () => {
    expect(violationsOf([])).toHaveProperty('inconclusive');
    expect(violationsOf(VALID.filter(({ what }) => what !== 'log'))).toHaveProperty('inconclusive');
    expect(violationsOf(VALID.filter(({ what }) => what !== 'client-view'))).toHaveProperty('inconclusive');
  });
});

test('a repeated request may be acknowledged with the position of the first, and an unanswered one may be stored or not', () => {
  const again = insert([
    { ...attempt(1, 'message', 'a', 'first'), connection: 'ada.2' },
    { ...acked(1, 2), connection: 'ada.2' },
    attempt(8, 'message', 'never', 'answered'),
  ]);
  expect(violationsOf(again)).toEqual({});
  expect(check(again).counts).toMatchObject({ 'without an answer': 1, 'without an answer, yet stored': 0 });
});

function attempt(...[ref, kind, id, text]: readonly [number, AttemptRecord['kind'], string, string]): AttemptRecord {
  return { what: 'attempt', ...at, ref, kind, id, text };
}

function acked(ref: number, seq: number): Acked {
  return { what: 'acked', ...at, ref, seq };
}

function delivered(...args: Parameters<typeof entry>): Delivered {
  return { what: 'delivered', ...at, ...entry(...args) };
}

function entry(...[seq, kind, id, text]: readonly [number, Entry['kind'], string, string | null]): Entry {
  return { seq, kind, id, text };
}

function other(seq: number): Entry {
  return entry(seq, 'other', '', '');
}

function log(rows: readonly Parameters<typeof entry>[]): Log {
  const entries = rows.map((args) => entry(...args));
  return { what: 'log', node: 'node 1', channel: CHANNEL, after: 0, lastSeq: entries.at(-1)?.seq ?? 0, entries };
}

function stateOf(text: string): ClientView['messages'] {
  return [
    { id: 'a', seq: 2, text },
    { id: 'b', seq: 3, text: null },
  ];
}

function clientView(part: Partial<ClientView>): ClientView {
  const messages = stateOf('first, edited');
  return {
    what: 'client-view',
    client: 'ada',
    channel: CHANNEL,
    messages,
    pending: [],
    failed: [],
    fromStart: true,
    ...part,
  };
}

/** Inserts records before the read of the log. */
function insert(records: readonly HistoryRecord[]): readonly HistoryRecord[] {
  const index = VALID.findIndex(({ what }) => what === 'fault');
  return [...VALID.slice(0, index), ...records, ...VALID.slice(index)];
}

function replaceLog(
  change: (entries: readonly Entry[]) => readonly Entry[],
  records = VALID,
): readonly HistoryRecord[] {
  return records.map((record) => {
    if (record.what !== 'log') return record;
    const entries = change(record.entries);
    return { ...record, entries, lastSeq: entries.at(-1)?.seq ?? 0 };
  });
}

/** The kinds of violations found, each with the last description. */
function violationsOf(records: readonly HistoryRecord[]): Partial<Record<ViolationKind, string>> {
  return Object.fromEntries(check(records).violations.map(({ kind, what }) => [kind, what]));
}
