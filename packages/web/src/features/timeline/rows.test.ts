import type { TimelineMessage } from '@parley/client';
import { describe, expect, test } from 'vitest';
import { buildRows, GROUP_MS, type MessageRow, type RowsInput } from './rows.ts';

const NOON = new Date(2025, 2, 4, 12).getTime();

let seq = 0;
function message(by: string, at: number, more: Partial<TimelineMessage> = {}): TimelineMessage {
  seq += 1;
  const blank = { deleted: false, editedAt: null, thread: null, mentions: [], reactions: [], changing: false };
  return { id: `m${seq}`, state: 'sent', seq, at, by, body: 'x', ...blank, ...more };
}

function rows(messages: readonly TimelineMessage[], more: Partial<RowsInput> = {}) {
  return buildRows({ messages, moreBefore: false, moreAfter: false, unreadAfter: null, me: 'me', ...more });
}

const messageRows = (...args: Parameters<typeof rows>): MessageRow[] =>
  rows(...args).filter((row) => row.kind === 'message');
const groups = (...args: Parameters<typeof rows>): boolean[] => messageRows(...args).map((row) => row.startsGroup);

describe('message groups', () => {
  test('messages of one author within five minutes of each other form a group', () => {
    const minutes = [0, 4, 8, 8 + GROUP_MS / 60_000];
    expect(groups(minutes.map((minute) => message('ada', NOON + minute * 60_000)))).toEqual([true, false, false, true]);
  });

  test('messages of different authors do not form a group', () => {
    expect(groups([message('ada', NOON), message('bob', NOON), message('ada', NOON)])).toEqual([true, true, true]);
  });

  test('pending messages join the group before them even if clocks differ', () => {
    const pending = message('me', NOON - 2_000, { seq: null, state: 'pending' });
    expect(groups([message('me', NOON), pending])).toEqual([true, false]);
  });

  test('messages loaded above do not regroup those below', () => {
    const shown = [message('ada', NOON), message('ada', NOON + GROUP_MS - 1), message('ada', NOON + 2 * GROUP_MS - 2)];
    const older = [message('ada', NOON - GROUP_MS + 1)];
    expect(groups([...older, ...shown]).slice(2)).toEqual(groups(shown).slice(1));
  });
});

describe('day separator', () => {
  test('a separator stands above the first message of each day, in local time', () => {
    const midnight = new Date(2025, 2, 5).getTime();
    const days = messageRows([
      message('ada', NOON),
      message('ada', midnight - 1),
      message('ada', midnight),
      message('ada', midnight + 1),
    ]);
    expect(days.map((row) => row.startsDay)).toEqual([true, false, true, false]);
    expect(days.map((row) => row.startsGroup)).toEqual([true, true, true, false]);
  });

  test('separators are correct on days of 23 and 25 hours', () => {
    const start = new Date(2025, 2, 30).getTime();
    const end = new Date(2025, 2, 31).getTime();
    const days = messageRows([message('ada', start), message('ada', end - 1), message('ada', end)]);
    expect(days.map((row) => row.startsDay)).toEqual([true, false, true]);
  });
});

describe('unread line', () => {
  const unread = (messages: readonly TimelineMessage[], unreadAfter: number | null) =>
    messageRows(messages, { unreadAfter }).findIndex((row) => row.startsUnread);

  test('the line stands above the first unread message', () => {
    const messages = [message('ada', NOON), message('ada', NOON), message('bob', NOON)];
    expect(unread(messages, messages[0]!.seq)).toBe(1);
    expect(unread(messages, null)).toBe(-1);
    expect(unread(messages, messages[2]!.seq)).toBe(-1);
  });

  test("the line does not stand above the user's own message", () => {
    const messages = [message('ada', NOON), message('me', NOON), message('bob', NOON)];
    expect(unread(messages, messages[0]!.seq)).toBe(2);
  });

  test('the line starts a group, so that its first message names the author', () => {
    const messages = [message('ada', NOON), message('ada', NOON)];
    expect(groups(messages, { unreadAfter: messages[0]!.seq })).toEqual([true, true]);
  });
});

test('the ends of the window show whether there are more messages', () => {
  const kinds = (more: Partial<RowsInput>) => rows([message('ada', NOON)], more).map((row) => row.kind);
  expect(kinds({})).toEqual(['start', 'message']);
  expect(kinds({ moreBefore: true, moreAfter: true })).toEqual(['start', 'message', 'end']);
});

test('a row that looks the same is the same object, so that it is not rendered again', () => {
  const messages = [message('ada', NOON), message('ada', NOON)];
  const before = rows(messages);
  const after = rows([...messages, message('bob', NOON)]);
  expect(after[1]).toBe(before[1]);
  expect(after[2]).toBe(before[2]);
});
