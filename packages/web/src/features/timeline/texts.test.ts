import type { FailedOperation, FailureReason, OperationKind, TimelineMessage } from '@parley/client';
import { describe, expect, test } from 'vitest';
import { isLong } from './collapsible.tsx';
import { countNew, jumpText } from './count-new-messages.ts';
import { failureCount, failureReason, failureTitle } from './failure-text.ts';
import { reactionText } from './reaction-text.ts';
import { typingText } from './typing-text.ts';

test.each([
  [[], ''],
  [['Ada'], 'Ada is typing…'],
  [['Ada', 'Bob'], 'Ada and Bob are typing…'],
  [['Ada', 'Bob', 'Eve'], 'Ada, Bob and 1 other are typing…'],
  [['Ada', 'Bob', 'Eve', 'Kim'], 'Ada, Bob and 2 others are typing…'],
])('the typing line for %j is %j', (names, text) => {
  expect(typingText(names)).toBe(text);
});

test.each([
  [['you'], 'You reacted with 👍'],
  [['Ada', 'you'], 'Ada and you reacted with 👍'],
  [['Ada', 'Bob', 'you'], 'Ada, Bob and you reacted with 👍'],
  [Array.from({ length: 10 }, (_, index) => `P${index}`), 'P0, P1, P2, P3, P4, P5, P6, P7 and 2 more reacted with 👍'],
])('the label for reactions of %j is %j', (names, text) => {
  expect(reactionText(names, '👍')).toBe(text);
});

describe('failure', () => {
  const failure = (kind: OperationKind, reason: FailureReason): FailedOperation =>
    ({ kind, reason }) as FailedOperation;
  const REASONS: readonly FailureReason[] = [
    'bad_request',
    'too_large',
    'not_found',
    'forbidden',
    'conflict',
    'rate_limited',
    'unavailable',
    'internal',
    'timeout',
    'offline',
    'removed',
  ];

  test.each(REASONS)('the failure %s is described by a sentence, not by its code', (reason) => {
    for (const kind of ['send', 'edit', 'delete', 'react', 'unreact'] as const) {
      expect(failureReason(failure(kind, reason), '#design')).toMatch(/^[A-Z][\w' ,#]+[a-z]$/);
      expect(failureTitle(failure(kind, reason))).toMatch(/wasn't/);
    }
  });

  test('a failure names the channel and the limit', () => {
    expect(failureReason(failure('send', 'removed'), '#design')).toBe('You were removed from #design');
    expect(failureReason(failure('send', 'too_large'), '#design')).toBe("That's longer than 10,000 characters");
  });

  test('several failures are counted', () => {
    expect(failureCount([failure('send', 'offline'), failure('send', 'offline')])).toBe("2 messages weren't sent");
    expect(failureCount([failure('send', 'offline'), failure('edit', 'offline')])).toBe("2 changes weren't saved");
  });
});

describe('jump button', () => {
  const message = (seq: number | null, by = 'ada', deleted = false): TimelineMessage =>
    ({ seq, by, deleted }) as TimelineMessage;

  test("the button counts messages of others, without the user's own", () => {
    const messages = [
      message(1),
      message(2),
      message(3, 'me'),
      message(4),
      message(5, 'ada', true),
      message(null, 'me'),
    ];
    expect(countNew(messages, 1, 'me')).toBe(2);
    expect(countNew(messages, 5, 'me')).toBe(0);
    expect(countNew([], 0, 'me')).toBe(0);
  });

  test('the button shows the count if it is known', () => {
    expect(jumpText(1, false)).toBe('1 new message');
    expect(jumpText(3, false)).toBe('3 new messages');
    expect(jumpText(0, false)).toBe('Jump to latest');
    expect(jumpText(3, true)).toBe('Jump to latest');
  });
});

test('a text is long by its characters or by its lines', () => {
  expect(isLong('x'.repeat(3_000))).toBe(false);
  expect(isLong('x'.repeat(3_001))).toBe(true);
  expect(isLong('x\n'.repeat(29))).toBe(false);
  expect(isLong('x\n'.repeat(30))).toBe(true);
});
