import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** State that one process keeps in memory: lost with the process, and unknown to other nodes. */
const IN_MEMORY = {
  find: 'const ledger = new Ledger(state, clock.now());',
  replace:
    'const ledger = Object.assign(new Ledger(state, clock.now()), (store.inMemory ??= { sent: new Set(), taken: new Map() }));',
};

/** Mistakes in the log: group commit, the ledger and seqs. */
export const LOG_MUTANTS: readonly Mutant[] = [
  {
    name: 'a command is acknowledged before its commit',
    file: `${SERVER}/kernel/log.ts`,
    find: 'for (const queued of group) queued.decide(ledger);',
    replace: 'for (const queued of group) { queued.decide(ledger); queued.settle(); }',
  },
  {
    name: 'events are published before their commit',
    file: `${SERVER}/kernel/log.ts`,
    find: '({ grants } = ledger.committed());',
    replace: '({ grants } = ledger.committed()); onCommitted(ledger);',
    also: {
      find: 'async function commit(\n  { store, clock }: LogDeps,',
      replace: 'async function commit({ store, clock, onCommitted }: LogDeps,',
    },
  },
  {
    name: 'a failed commit is acknowledged',
    file: `${SERVER}/kernel/log.ts`,
    find: 'for (const queued of group) queued.refuse();',
    replace: 'for (const queued of group) queued.settle();',
  },
  {
    name: 'a retried commit decides on the state of the first attempt',
    file: `${SERVER}/kernel/log.ts`,
    find: 'const ledger = new Ledger(state, clock.now());',
    replace: 'const ledger = new Ledger((uncertain.stale ??= state), clock.now());',
  },
  {
    name: 'events of a commit without an answer are never published',
    file: `${SERVER}/kernel/log.ts`,
    find: '  deps.onCommitted(ledger);\n  for (const attempt of uncertain) deps.onUncertainCommit(attempt);',
    replace: '  deps.onCommitted(ledger);',
  },
  {
    name: 'members added by a commit without an answer are not asked to reconnect',
    file: 'packages/server/src/app.ts',
    find: 'requestReconnect(bus, commit);',
    replace: '',
  },
  {
    name: 'deduplication is only in memory, so restarts and other nodes miss it',
    file: `${SERVER}/chat/messages/send.ts`,
    find: 'const known = ledger.findMessage(command.id);',
    replace:
      'const known = ledger.sent.has(command.id) ? ledger.findMessage(command.id) : null;\n  ledger.sent.add(command.id);',
    also: { file: `${SERVER}/kernel/log.ts`, ...IN_MEMORY },
  },
  {
    name: 'the seq is taken outside the transaction, so a failed commit leaves a hole',
    file: `${SERVER}/kernel/ledger.ts`,
    find: 'const event: LogEvent = { ...draft, channel, seq: before.lastSeq + 1, at: this.at, by };',
    replace:
      'const seq = Math.max(this.taken.get(channel) ?? 0, before.lastSeq) + 1;\n    this.taken.set(channel, seq);\n    const event: LogEvent = { ...draft, channel, seq, at: this.at, by };',
    also: { file: `${SERVER}/kernel/log.ts`, ...IN_MEMORY },
  },
  {
    name: 'the seq skips a number after a deletion',
    file: `${SERVER}/kernel/ledger.ts`,
    find: 'seq: before.lastSeq + 1,',
    replace: "seq: before.lastSeq + (draft.type === 'deleted' ? 2 : 1),",
  },
];
