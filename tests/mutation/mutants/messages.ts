import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in messages and their pages. */
export const MESSAGES_MUTANTS: readonly Mutant[] = [
  {
    name: 'there is no deduplication',
    file: `${SERVER}/chat/messages/send.ts`,
    find: 'const known = ledger.findMessage(command.id);',
    replace: "const known = ledger.findMessage(command.id) === null ? null : ledger.findMessage('');",
  },
  {
    name: 'a repeated message is a conflict',
    file: `${SERVER}/chat/messages/send.ts`,
    find: 'if (known?.channel === channel && known.by === actor.user) return ok(',
    replace: 'if (known?.channel === channel && known.by === actor.user && known.body === null) return ok(',
  },
  {
    name: 'deduplication forgets after five seconds',
    file: `${SERVER}/chat/messages/send.ts`,
    find: 'if (known?.channel === channel && known.by === actor.user) return ok(',
    replace: 'if (known?.channel === channel && known.by === actor.user && ledger.at - known.at < 5_000) return ok(',
  },
  {
    name: 'a repeated message is answered with the head instead of its own seq',
    file: `${SERVER}/chat/messages/send.ts`,
    find: 'return ok({ channel, seq: known.seq, at: known.at });',
    replace: 'return ok({ channel, seq: ledger.findChannel(channel)?.lastSeq ?? 0, at: known.at });',
  },
  {
    name: 'a deleted message can be edited',
    file: `${SERVER}/chat/messages/edit.ts`,
    find: "      if (message.value.body === null) return refuse('not_found', 'no such message');\n",
    replace: '',
  },
  {
    name: 'a page of messages leaves out its first message',
    file: 'packages/server/src/adapters/message-page.ts',
    find: "if ('before' in anchor) return { pivot: anchor.before - 1,",
    replace: "if ('before' in anchor) return { pivot: anchor.before - 2,",
  },
  {
    name: 'the text of a deleted message stays in the log',
    file: 'packages/server/src/adapters/memory/projections.ts',
    find: '    redactEvents(target, event);\n',
    replace: '    void redactEvents;\n',
  },
  {
    name: 'a page of messages claims a later position than its state',
    file: 'packages/server/src/adapters/memory-store.ts',
    find: 'asOf: tables.channels.get(channel)?.lastSeq ?? 0, reactions',
    replace: 'asOf: (tables.channels.get(channel)?.lastSeq ?? 0) + 1, reactions',
  },
];
