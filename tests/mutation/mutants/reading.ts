import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in read cursors and unread counts. */
export const READING_MUTANTS: readonly Mutant[] = [
  {
    name: 'a read cursor moves back',
    file: `${SERVER}/kernel/ledger.ts`,
    find: 'if (member === undefined || target <= member.readSeq) return;',
    replace: 'if (member === undefined) return;',
    also: {
      file: 'packages/server/src/adapters/memory/apply.ts',
      find: 'if (member === undefined || member.readSeq >= target) continue;',
      replace: 'if (member === undefined) continue;',
    },
  },
  {
    name: 'a moved cursor is not sent to the other devices',
    file: `${SERVER}/chat/reading/move-cursor.ts`,
    find: 'if (summary !== null) {',
    replace: 'if (summary !== null && summary.unread > 1_000) {',
  },
  {
    name: 'a repeated cursor move is not sent again',
    file: `${SERVER}/chat/reading/move-cursor.ts`,
    find: 'if (outcome.value > position.seq) return ok(null);',
    replace:
      'const sent = (moveCursor.sent ??= new Set()), move = [actor.user, position.channel, outcome.value].join();\n' +
      '  if (outcome.value > position.seq || sent.has(move)) return ok(null);\n  sent.add(move);',
  },
  {
    name: 'unread counts include one’s own messages',
    file: 'packages/server/src/adapters/memory-store.ts',
    find: '.filter(({ by }) => by !== user)',
    replace: '',
  },
];
