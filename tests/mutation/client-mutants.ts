import type { Mutant } from './mutant.ts';

const CLIENT = 'packages/client/src';

const REPLICA: readonly Mutant[] = [
  {
    name: 'a gap is ignored: what comes after it is shown as next',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'if (event.seq > position(channel) + 1) return [buffer(headed, event), []];',
    replace:
      'if (event.seq > position(channel) + 1) return [apply({ ...headed, receivedSeq: event.seq - 1, window: channel.window && { ...channel.window, asOf: event.seq - 1 } }, event, me), [event]];',
  },
  {
    name: 'what was held back beyond a gap is dropped, and not asked for',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'return { ...channel, buffered: new Map(channel.buffered).set(event.seq, event) };',
    replace: 'return { ...channel, head: Math.min(channel.head, channel.receivedSeq) };',
  },
  {
    name: 'events that come twice are counted twice',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'if (event.seq <= position(channel)) return [headed, []];',
    replace: 'if (event.seq <= position(channel)) return [count(headed, event, me), []];',
  },
  {
    name: 'catching up asks off by one',
    file: `${CLIENT}/channels/gap-sync.ts`,
    find: 'const after = position(channel);',
    replace: 'const after = position(channel) + 1;',
  },
  {
    name: 'loaded messages are not brought up to date after a reconnect',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'return channel.buffered.size > 0 || position(channel) < channel.receivedSeq;',
    replace: 'return channel.buffered.size > 0;',
  },
  {
    name: 'unread is counted by time stamps',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'if (event.by === me || event.seq <= channel.readSeq) return channel;',
    replace:
      'if (event.by === me || event.seq <= channel.readSeq || (channel.unread > 0 && event.at < before.lastActivityMs)) return channel;',
  },
  {
    name: 'unread is counted from the client’s clock: what was said before the last look, by that clock, counts as read',
    file: `${CLIENT}/client-core.ts`,
    find: 'const applied = this.replica.receive(event);\n',
    replace:
      'const applied = this.replica.receive(event);\n    for (const one of applied) if (one.at < (this.lookedAtMs ?? 0)) this.replica.markRead(one.channel, one.seq);\n',
    also: {
      file: `${CLIENT}/create-parley-client.ts`,
      find: 'if (this.#core.replica.markRead(channel, seq)) this.#core.readSender.send(channel);',
      replace:
        'this.#core.lookedAtMs = this.#core.clock.now();\n      if (this.#core.replica.markRead(channel, seq)) this.#core.readSender.send(channel);',
    },
  },
  {
    name: 'mentions are not counted',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'const mentionsMe =',
    replace: 'const mentionsMe = event.seq < 0 &&',
  },
  {
    name: 'the news of another device’s reading is ignored',
    file: `${CLIENT}/route-frames.ts`,
    find: 'read: (core, frame) => core.replica.applyRead(frame),',
    replace: 'read: () => undefined,',
  },
  {
    name: 'a removed channel stays in the list',
    file: `${CLIENT}/route-frames.ts`,
    find: '  core.replica.removeChannel(id);\n',
    replace: '',
  },
  {
    name: 'reading is told once, and never again when that was lost',
    file: `${CLIENT}/route-frames.ts`,
    find: 'if ((core.replica.find(id)?.readSeq ?? 0) > readSeq) core.readSender.send(id);',
    replace: '',
  },
  {
    name: 'a deleted message keeps its text',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'deleted: { window: (window, event) => changeMessage(window, event, tombstone) },',
    replace: 'deleted: {},',
  },
];

const OUTBOX: readonly Mutant[] = [
  {
    name: 'what was pending is dropped on a reload',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: 'if (this.#owner !== user || entries.length === 0) return;',
    replace: 'if (this.#owner !== null || entries.length === 0) return;',
  },
  {
    name: 'what is pending is saved only when the page is closed in good order',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: '    if (this.#isSaveDue) return;\n    this.#isSaveDue = true;\n    this.#saving = this.#saving.then(() => this.#save());',
    replace: '    this.#isSaveDue = true;',
  },
  {
    name: 'failed operations are not kept over a reload',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: "filter(({ state }) => state.name !== 'stored')",
    replace: "filter(({ state }) => state.name !== 'stored' && state.name !== 'failed')",
  },
  {
    name: 'what a closed tab left behind is never taken over',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: 'await this.#deps.persistence.adopt(user).catch(this.#orElse([]))',
    replace: '[]',
  },
  {
    name: 'what a closed tab left behind waits for the next connection',
    file: `${CLIENT}/client-core.ts`,
    find: '      void this.outboxPersistence.adopt();\n',
    replace: '',
  },
  {
    name: 'a failure that is taken over stands beside its message',
    file: `${CLIENT}/outbox/outbox-persistence.ts`,
    find: 'this.#deps.outbox.confirm(new Set(window?.messages.map(({ id }) => id)));',
    replace: 'void window;',
  },
  {
    name: 'two tabs both have the outbox',
    file: 'packages/testkit/src/fake-storage.ts',
    find: 'one.user === user && !this.alive.has(one.clientId)',
    replace: 'one.user === user',
  },
  {
    name: 'trying again posts under a new id',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: '{ ...operation, atMs: nowMs, state: queued(nowMs) }]);\n    this.pump();\n  }\n\n  dismiss',
    replace:
      "{ ...operation, message: operation.message.replace(/.$/, '0'), atMs: nowMs, state: queued(nowMs) }]);\n    this.pump();\n  }\n\n  dismiss",
  },
  {
    name: 'a message goes out under another id after a reconnect',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'this.#deps.requests.send(commandOf(operation, channel), null,',
    replace:
      "this.#deps.requests.send(commandOf(tries === 0 || operation.kind !== 'send' ? operation : { ...operation, message: operation.message.replace(/.$/, String(tries % 10)) }, channel), null,",
  },
  {
    name: 'what was on its way when the connection went is forgotten',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: "else this.#replace({ ...operation, state: { ...sending, name: 'queued', notBeforeMs: 0 } });",
    replace: 'else this.#remove((other) => other.id === id);',
  },
  {
    name: 'what was on its way when the connection went waits for ever',
    file: `${CLIENT}/connection/requests.ts`,
    find: "for (const ref of this.#pending.keys()) this.#settle(ref, { type: 'disconnected' });",
    replace: 'this.#pending.clear();',
  },
  {
    name: 'all of a conversation goes out at once',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'if (!heads.has(key)) heads.set(key, operation);',
    replace: 'heads.set(heads.has(key) ? operation.id : key, operation);',
  },
  {
    name: 'a refused message is dropped without a word',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'if (isRefused(reply)) return this.#fail(operation.id, reply.code);',
    replace: 'if (isRefused(reply)) return this.#remove(({ id }) => id === operation.id);',
  },
  {
    name: 'a message that timed out is dropped without a word',
    file: `${CLIENT}/outbox/fail-operation.ts`,
    find: 'return bounded(replace(kept, { ...failing, text, state: failed }));',
    replace:
      "return failed.reason === 'timeout' ? kept.filter((other) => other !== failing) : bounded(replace(kept, { ...failing, text, state: failed }));",
  },
  {
    name: 'without a connection a message waits for ever',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'const OFFLINE_TIMEOUT_MS = 30_000;',
    replace: 'const OFFLINE_TIMEOUT_MS = 3_000_000;',
  },
  {
    name: 'a message that nobody answers waits for ever',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'this.#deps.connection.isOnline ? this.#deps.settings.timers.sendTimeoutMs : OFFLINE_TIMEOUT_MS',
    replace: 'this.#deps.connection.isOnline ? 3_000_000 : OFFLINE_TIMEOUT_MS',
  },
  {
    name: 'a failure is not taken back when the message turns up',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: "({ kind, message }: Operation): boolean => kind === 'send' && messages.has(message);",
    replace:
      "({ kind, message, state }: Operation): boolean => kind === 'send' && state.name !== 'failed' && messages.has(message);",
  },
  {
    name: 'what is stored is shown in the order of the outbox',
    file: `${CLIENT}/outbox/overlay.ts`,
    find: '.toSorted(bySeq)',
    replace: '',
  },
  {
    name: 'a message leaves the screen with its `ok`, before its event',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: 'if (isOver || this.#deps.isApplied(channel, seq)) {',
    replace: 'if (channel !== null) {',
  },
  {
    name: 'an edit is lost with the failure that turned out to be none',
    file: `${CLIENT}/outbox/outbox.ts`,
    find: '  if (send.sentText === null || send.sentText === send.text) return [];',
    replace: "  if (send.id !== '') return [];",
  },
  {
    name: 'a deletion is lost with the failure that turned out to be none',
    file: `${CLIENT}/outbox/fail-operation.ts`,
    find: 'return failing.sentText !== null ? [...others,',
    replace: "return failing.id === '' ? [...others,",
  },
  {
    name: 'what failed is still shown in the timeline',
    file: `${CLIENT}/outbox/overlay.ts`,
    find: "const operations = pending.filter(({ state }) => state.name !== 'failed');",
    replace: 'const operations = pending;',
  },
];

const LINK: readonly Mutant[] = [
  {
    name: 'typing has no expiry',
    file: `${CLIENT}/typing/typing-receiver.ts`,
    find: 'const stop = this.#deps.clock.after(this.#deps.settings.timers.typingExpireMs, expire);',
    replace: 'const stop = () => void expire;',
  },
  {
    name: 'a connection on which nothing comes is believed in for ever',
    file: `${CLIENT}/connection/connection-state.ts`,
    find: 'return state.unansweredPingMs === null ? state.pingedMs + state.pingMs : state.unansweredPingMs + STEP_TIMEOUT_MS;',
    replace: 'return Number.POSITIVE_INFINITY;',
  },
  {
    name: 'a handshake that nobody answers is waited for without end',
    file: `${CLIENT}/connection/connection-state.ts`,
    find: '      return state.sinceMs + STEP_TIMEOUT_MS;',
    replace: '      return Number.POSITIVE_INFINITY;',
  },
  {
    name: 'a restart of the server is taken for a sign-out',
    file: `${CLIENT}/connection/connection-state.ts`,
    find: "    case 'stop':\n      return [{ name: 'stopped'",
    replace: "    case 'reconnect':\n    case 'stop':\n      return [{ name: 'stopped'",
  },
  {
    name: 'an older connection’s farewell ends the newer one',
    file: `${CLIENT}/connection/connection.ts`,
    find: 'return () => mine === this.#generation;',
    replace: 'return () => mine > 0;',
  },
];

/** Mistakes that the SDK could make. */
export const CLIENT_MUTANTS: readonly Mutant[] = [...REPLICA, ...OUTBOX, ...LINK];
