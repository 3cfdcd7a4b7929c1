import type { Mutant } from '../mutant.ts';

const CLIENT = 'packages/client/src';

/** Mistakes in the SDK’s outbox. */
export const CLIENT_OUTBOX_MUTANTS: readonly Mutant[] = [
  {
    name: 'pending operations are dropped on a reload',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: 'if (this.#owner !== user || entries.length === 0) return;',
    replace: 'if (this.#owner !== null || entries.length === 0) return;',
  },
  {
    name: 'pending operations are saved only when the page closes cleanly',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: '    if (this.#isSaveDue) return;\n    this.#isSaveDue = true;\n    this.#saving = this.#saving.then(() => this.#save());',
    replace: '    this.#isSaveDue = true;',
  },
  {
    name: 'failed operations are lost on a reload',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: "filter(({ state }) => state.name !== 'stored')",
    replace: "filter(({ state }) => state.name !== 'stored' && state.name !== 'failed')",
  },
  {
    name: 'operations of a closed tab are never adopted',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: 'await this.#deps.persistence.adopt(user).catch(this.#orElse([]))',
    replace: '[]',
  },
  {
    name: 'operations of a closed tab are adopted only on the next connection',
    file: `${CLIENT}/client-core.ts`,
    find: '      void this.outboxPersistence.adopt();\n',
    replace: '',
  },
  {
    name: 'an adopted failure is shown beside its stored message',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: 'this.#deps.outbox.confirm(new Set(window?.messages.map(({ id }) => id)));',
    replace: 'void window;',
  },
  {
    name: 'two tabs share one outbox',
    file: 'packages/testkit/src/fake-storage.ts',
    find: 'one.user === user && !this.alive.has(one.clientId)',
    replace: 'one.user === user',
  },
  {
    name: 'a retry by the user posts under a new id',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: '{ ...operation, atMs: nowMs, state: queued(nowMs) }]);\n    this.pump();\n  }\n\n  dismiss',
    replace:
      "{ ...operation, message: operation.message.replace(/.$/, '0'), atMs: nowMs, state: queued(nowMs) }]);\n    this.pump();\n  }\n\n  dismiss",
  },
  {
    name: 'a message is sent under another id after a reconnect',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'this.#deps.requests.send(commandOf(operation, channel), null,',
    replace:
      "this.#deps.requests.send(commandOf(tries === 0 || operation.kind !== 'send' ? operation : { ...operation, message: operation.message.replace(/.$/, String(tries % 10)) }, channel), null,",
  },
  {
    name: 'operations in flight are forgotten when the connection closes',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: "else this.#replace({ ...operation, state: { ...sending, name: 'queued', notBeforeMs: 0 } });",
    replace: 'else this.#remove((other) => other.id === id);',
  },
  {
    name: 'requests in flight never settle when the connection closes',
    file: `${CLIENT}/connection/requests.ts`,
    find: "for (const ref of this.#pending.keys()) this.#settle(ref, { type: 'disconnected' });",
    replace: 'this.#pending.clear();',
  },
  {
    name: 'all operations of a conversation are sent at once',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'if (!heads.has(key)) heads.set(key, operation);',
    replace: 'heads.set(heads.has(key) ? operation.id : key, operation);',
  },
  {
    name: 'a refused message is dropped without a failure',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'if (isRefused(reply)) return this.#fail(operation.id, reply.code);',
    replace: 'if (isRefused(reply)) return this.#remove(({ id }) => id === operation.id);',
  },
  {
    name: 'a message that timed out is dropped without a failure',
    file: `${CLIENT}/outbox/fail-operation.ts`,
    find: 'return bounded(replace(kept, { ...failing, text, state: failed }));',
    replace:
      "return failed.reason === 'timeout' ? kept.filter((other) => other !== failing) : bounded(replace(kept, { ...failing, text, state: failed }));",
  },
  {
    name: 'a message never times out while offline',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'const OFFLINE_TIMEOUT_MS = 30_000;',
    replace: 'const OFFLINE_TIMEOUT_MS = 3_000_000;',
  },
  {
    name: 'a message without an answer never times out',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'this.#deps.connection.isOnline ? this.#deps.settings.timers.sendTimeoutMs : OFFLINE_TIMEOUT_MS',
    replace: 'this.#deps.connection.isOnline ? 3_000_000 : OFFLINE_TIMEOUT_MS',
  },
  {
    name: 'a failure is not withdrawn when its message turns out to be stored',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: "({ kind, message }: Operation): boolean => kind === 'send' && messages.has(message);",
    replace:
      "({ kind, message, state }: Operation): boolean => kind === 'send' && state.name !== 'failed' && messages.has(message);",
  },
  {
    name: 'stored messages are shown in the order of the outbox',
    file: `${CLIENT}/outbox/overlay.ts`,
    find: '.toSorted(bySeq)',
    replace: '',
  },
  {
    name: 'a message disappears between its `ok` and its event',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'if (isOver || this.#deps.isApplied(channel, seq)) {',
    replace: 'if (channel !== null) {',
  },
  {
    name: 'an edit is lost when its failed message turns out to be stored',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: '  if (send.sentText === null || send.sentText === send.text) return [];',
    replace: "  if (send.id !== '') return [];",
  },
  {
    name: 'a deletion is lost when its failed message turns out to be stored',
    file: `${CLIENT}/outbox/fail-operation.ts`,
    find: 'return failing.sentText !== null ? [...others,',
    replace: "return failing.id === '' ? [...others,",
  },
  {
    name: 'failed messages are still shown in the timeline',
    file: `${CLIENT}/outbox/overlay.ts`,
    find: "const operations = pending.filter(({ state }) => state.name !== 'failed');",
    replace: 'const operations = pending;',
  },
];
