import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import type { Acked, AttemptRecord, Delivered, Entry, HistoryRecord, Log, Shown } from './records.ts';
import type { Law } from './result.ts';

const CHANNEL = 'c_1';
const at = { connection: 'ada.1', channel: CHANNEL } as const;

/** Two messages, an edit and a deletion; everybody saw everything. */
const SOUND: readonly HistoryRecord[] = [
  { what: 'about', kind: 'none', seed: '1', nodes: 1, commit: 'none', maxConvergedMs: 5_000 },
  { what: 'opened', connection: 'ada.1', user: 'ada', node: 'node 1' },
  { what: 'told', ...at, seq: 1 },
  { what: 'wrote', client: 'ada', id: 'a' },
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
  { what: 'calm', client: 'ada', onlineMs: 100, drainedMs: 150, convergedMs: 200 },
  log([
    [1, 'other', '', ''],
    [2, 'message', 'a', 'first'],
    [3, 'message', 'b', null],
    [4, 'edited', 'a', 'first, edited'],
    [5, 'deleted', 'b', ''],
  ]),
  { what: 'page', how: 'history', channel: CHANNEL, messages: stateOf('first, edited') },
  shown({}),
];

test('a history in which all is well has no violation', () => {
  const { violations, counts } = check(SOUND);
  expect(violations).toEqual([]);
  expect(counts).toMatchObject({ attempt: 4, acked: 4, 'fault: kill': 1, entries: 5, 'without an answer': 0 });
});

describe('a history that is not sound', () => {
  test('lost: an acknowledged message is not read, and it says from where', () => {
    expect(lawsOf(replaceLog((entries) => entries.filter(({ seq }) => seq < 5)))).toMatchObject({
      lost: expect.stringContaining('(end)') as string,
      gone: expect.stringContaining('ada.1 heard c_1#5') as string,
    });
    const middle = lawsOf(replaceLog((entries) => entries.map((one) => (one.seq === 2 ? other(2) : one))));
    expect(middle['lost']).toContain('(middle)');
    expect(lawsOf(replaceLog((entries) => entries.filter(({ seq }) => seq > 2)))).toHaveProperty('hole');
  });

  test('proves nothing: what was acknowledged, or heard, after the last reading', () => {
    const later = [attempt(9, 'message', 'z', 'last'), acked(9, 6), delivered(6, 'message', 'z', 'last')];
    expect(lawsOf([...SOUND, ...later])).toEqual({ 'proves nothing': expect.any(String) as string });
  });

  test('gone: what one reading told is not in the next', () => {
    expect(lawsOf([...SOUND, log([[1, 'other', '', '']])])).toHaveProperty('gone');
  });

  test('unexpected: a message nobody sent, or that says something else', () => {
    expect(lawsOf(replaceLog((entries) => [...entries, entry(6, 'message', 'z', 'who?')]))).toHaveProperty(
      'unexpected',
    );
    const changed = replaceLog((all) => all.map((one) => (one.seq === 2 ? { ...one, text: 'another' } : one)));
    expect(lawsOf(changed)).toHaveProperty('unexpected');
  });

  test('doubled: one message at two places', () => {
    expect(lawsOf(replaceLog((all) => [...all, entry(6, 'message', 'a', 'first')]))).toHaveProperty('doubled');
    expect(lawsOf(replaceLog((all) => [...all, entry(6, 'edited', 'a', 'first, edited')]))).toHaveProperty('doubled');
  });

  test('another place: it was acknowledged with another seq than it has', () => {
    expect(
      lawsOf(SOUND.map((one) => (one.what === 'acked' && one.ref === 1 ? { ...one, seq: 3 } : one))),
    ).toHaveProperty('another place');
  });

  test('another place, of a change: the server that says it is so already says so of a later place, never of an earlier', () => {
    const answered = (seq: number) =>
      SOUND.map((one) => (one.what === 'acked' && one.ref === 3 ? { ...one, seq } : one));
    expect(lawsOf(answered(5))).toEqual({});
    expect(lawsOf(answered(3))).toHaveProperty('another place');
  });

  test('an edit that is refused because its message was deleted is not taken for an earlier one that is there', () => {
    const [before, after] = [SOUND.slice(0, 16), SOUND.slice(16)];
    const edits = [attempt(8, 'edited', 'b', 'first edit'), acked(8, 6), attempt(9, 'edited', 'b', 'second edit')];
    const refused: HistoryRecord = { what: 'refused', connection: 'ada.1', ref: 9, code: 'not_found' };
    const records = replaceLog(
      (all) => [...all, entry(6, 'edited', 'b', null)],
      [...before, ...edits, refused, ...after],
    );
    expect(lawsOf(records)).not.toHaveProperty('refused but stored');
  });

  test('order of one sender: a later request is stored before an earlier one', () => {
    const swapped = insert([attempt(8, 'message', 'y', 'later'), attempt(9, 'message', 'x', 'latest')]);
    const laws = lawsOf(
      replaceLog((all) => [...all, entry(6, 'message', 'x', 'latest'), entry(7, 'message', 'y', 'later')], swapped),
    );
    expect(laws).toHaveProperty('order of one sender');
  });

  test('order of acknowledgements: what was sent after an acknowledgement is before it', () => {
    const [before, after] = [SOUND.slice(0, 16), SOUND.slice(16)];
    const late: HistoryRecord = { ...attempt(1, 'message', 'late', 'late'), connection: 'bob.1' };
    const laws = lawsOf(
      replaceLog(
        (all) => all.map((one) => (one.seq === 1 ? entry(1, 'message', 'late', 'late') : one)),
        [...before, late, ...after],
      ),
    );
    expect(laws).toHaveProperty('order of acknowledgements');
  });

  test('seen differently: two connections heard different messages at one place', () => {
    const other: Delivered = { ...delivered(2, 'message', 'b', 'second'), connection: 'bob.1' };
    expect(lawsOf([...SOUND, { what: 'told', connection: 'bob.1', channel: CHANNEL, seq: 1 }, other])).toHaveProperty(
      'seen differently',
    );
  });

  test('gap in what was told: an event is left out, comes twice, or comes late', () => {
    const isFirst = (one: HistoryRecord): boolean => one.what === 'delivered' && one.seq === 2;
    expect(lawsOf(SOUND.filter((one) => !isFirst(one)))).toHaveProperty('gap in what was told');
    expect(lawsOf(SOUND.flatMap((one) => (isFirst(one) ? [one, one] : [one])))).toHaveProperty('gap in what was told');
  });

  test('refused but stored: a refusal that was final, of something that is there', () => {
    const refused = SOUND.map((one): HistoryRecord =>
      one.what === 'acked' && one.ref === 1 ? { what: 'refused', connection: 'ada.1', ref: 1, code: 'not_found' } : one,
    );
    expect(lawsOf(refused)).toHaveProperty('refused but stored');
    const unavailable = refused.map((one) => (one.what === 'refused' ? { ...one, code: 'unavailable' } : one));
    expect(lawsOf(unavailable)).toEqual({});
  });

  test('bug shows: an error that says that the server is wrong', () => {
    const refused: HistoryRecord = { what: 'refused', connection: 'ada.1', ref: 8, code: 'internal' };
    expect(lawsOf(insert([attempt(8, 'message', 'x', 'x'), refused]))).toHaveProperty('bug shows');
  });

  test('another state: a page of messages is not what the log makes of them', () => {
    const page: HistoryRecord = { what: 'page', how: 'HTTP', channel: CHANNEL, messages: stateOf('first') };
    expect(lawsOf([...SOUND, page])['another state']).toContain('HTTP');
  });

  test('shown wrongly: a message too few, an old text, one that is pending still, or a failure that is none', () => {
    expect(lawsOf([...SOUND, shown({ messages: [] })])).toHaveProperty('shown wrongly');
    expect(lawsOf([...SOUND, shown({ messages: stateOf('first') })])).toHaveProperty('shown wrongly');
    expect(lawsOf([...SOUND, shown({ messages: stateOf('first, edited').slice(1) })])).toHaveProperty('shown wrongly');
    expect(lawsOf([...SOUND, shown({ messages: stateOf('first, edited').slice(1), fromStart: false })])).toEqual({});
    expect(lawsOf([...SOUND, shown({ pending: ['q'] })])).toHaveProperty('shown wrongly');
    expect(lawsOf([...SOUND, shown({ failed: ['a'] })])).toHaveProperty('shown wrongly');
  });

  test('vanished: what a user sent is neither stored nor told to have failed', () => {
    const wrote: HistoryRecord = { what: 'wrote', client: 'ada', id: 'q' };
    expect(lawsOf([...SOUND, wrote])).toHaveProperty('vanished');
    expect(lawsOf([...SOUND, wrote, shown({ failed: ['q'] })])).toEqual({});
    expect(lawsOf([...SOUND, wrote, { what: 'given-up', client: 'ada', id: 'q' }])).toEqual({});
  });

  test('late: a connected program takes too long, or never comes to rest', () => {
    const calm = { what: 'calm', client: 'ada' } as const;
    expect(lawsOf([...SOUND, { ...calm, onlineMs: 9_000, drainedMs: 1, convergedMs: 13_999 }])).toEqual({});
    expect(lawsOf([...SOUND, { ...calm, onlineMs: 1, drainedMs: 9_000, convergedMs: 13_999 }])).toEqual({});
    expect(lawsOf([...SOUND, { ...calm, onlineMs: 9_000, drainedMs: 1, convergedMs: 14_001 }])).toHaveProperty('late');
    expect(lawsOf([...SOUND, { ...calm, onlineMs: 1, drainedMs: 1, convergedMs: null }])).toHaveProperty('late');
    expect(lawsOf([...SOUND, { ...calm, onlineMs: null, drainedMs: null, convergedMs: null }])).toHaveProperty('late');
  });

  test('out of bounds: a measure below or above what it may be', () => {
    const measured = { what: 'measured', name: 'bytes', value: 5 } as const;
    expect(lawsOf([...SOUND, { ...measured, atMost: 5, atLeast: 5 }])).toEqual({});
    expect(lawsOf([...SOUND, { ...measured, atMost: 4 }])).toHaveProperty('out of bounds');
    expect(lawsOf([...SOUND, { ...measured, atLeast: 6 }])).toHaveProperty('out of bounds');
  });

  test('proves nothing: nothing was acknowledged, read or shown', () => {
    expect(lawsOf([])).toHaveProperty('proves nothing');
    expect(lawsOf(SOUND.filter(({ what }) => what !== 'log'))).toHaveProperty('proves nothing');
    expect(lawsOf(SOUND.filter(({ what }) => what !== 'shown'))).toHaveProperty('proves nothing');
  });
});

test('a repeated request may be answered with the place of the first, and an unanswered one be stored or not', () => {
  const again = insert([
    { ...attempt(1, 'message', 'a', 'first'), connection: 'ada.2' },
    { ...acked(1, 2), connection: 'ada.2' },
    attempt(8, 'message', 'never', 'answered'),
  ]);
  expect(lawsOf(again)).toEqual({});
  expect(check(again).counts).toMatchObject({ 'without an answer': 1, 'without an answer, yet stored': 0 });
});

function attempt(...[ref, kind, id, text]: readonly [number, AttemptRecord['kind'], string, string]): AttemptRecord {
  return { what: 'attempt', ...at, ref, kind, id, text };
}

function acked(ref: number, seq: number): Acked {
  return { what: 'acked', ...at, ref, seq };
}

function delivered(...fixtures: Parameters<typeof entry>): Delivered {
  return { what: 'delivered', ...at, ...entry(...fixtures) };
}

function entry(...[seq, kind, id, text]: readonly [number, Entry['kind'], string, string | null]): Entry {
  return { seq, kind, id, text };
}

function other(seq: number): Entry {
  return entry(seq, 'other', '', '');
}

function log(places: readonly Parameters<typeof entry>[]): Log {
  const entries = places.map((fixtures) => entry(...fixtures));
  return { what: 'log', node: 'node 1', channel: CHANNEL, after: 0, lastSeq: entries.at(-1)?.seq ?? 0, entries };
}

function stateOf(text: string): Shown['messages'] {
  return [
    { id: 'a', seq: 2, text },
    { id: 'b', seq: 3, text: null },
  ];
}

function shown(part: Partial<Shown>): Shown {
  const messages = stateOf('first, edited');
  return {
    what: 'shown',
    client: 'ada',
    channel: CHANNEL,
    messages,
    pending: [],
    failed: [],
    fromStart: true,
    ...part,
  };
}

/** Before the log is read. */
function insert(records: readonly HistoryRecord[]): readonly HistoryRecord[] {
  const index = SOUND.findIndex(({ what }) => what === 'fault');
  return [...SOUND.slice(0, index), ...records, ...SOUND.slice(index)];
}

function replaceLog(
  change: (entries: readonly Entry[]) => readonly Entry[],
  records = SOUND,
): readonly HistoryRecord[] {
  return records.map((record) => {
    if (record.what !== 'log') return record;
    const entries = change(record.entries);
    return { ...record, entries, lastSeq: entries.at(-1)?.seq ?? 0 };
  });
}

/** The laws that are broken, each with what was said about it last. */
function lawsOf(records: readonly HistoryRecord[]): Partial<Record<Law, string>> {
  return Object.fromEntries(check(records).violations.map(({ law, what }) => [law, what]));
}
