import type { Mutant } from './mutant.ts';

const SERVER = 'packages/server/src';

/** What one process keeps to itself, in the store that it opened: gone with the process, and unknown to the others. */
const IN_MEMORY = {
  find: 'const ledger = new Ledger(state, clock.now());',
  replace:
    'const ledger = Object.assign(new Ledger(state, clock.now()), (store.inMemory ??= { sent: new Set(), taken: new Map() }));',
};

const LOG: readonly Mutant[] = [
  {
    name: 'a command is acknowledged before its commit is done',
    file: `${SERVER}/kernel/log.ts`,
    find: 'for (const waiting of group) waiting.decide(ledger);',
    replace: 'for (const waiting of group) { waiting.decide(ledger); waiting.settle(); }',
  },
  {
    name: 'events are broadcast before their commit is done',
    file: `${SERVER}/kernel/log.ts`,
    find: '({ gains } = ledger.committed());',
    replace: '({ gains } = ledger.committed()); onCommitted(ledger);',
    also: {
      find: 'async function commit(\n  { store, clock }: LogDeps,',
      replace: 'async function commit({ store, clock, onCommitted }: LogDeps,',
    },
  },
  {
    name: 'a commit that failed is acknowledged all the same',
    file: `${SERVER}/kernel/log.ts`,
    find: 'for (const waiting of group) waiting.refuse();',
    replace: 'for (const waiting of group) waiting.settle();',
  },
  {
    name: 'a repeated commit decides on what the first one read',
    file: `${SERVER}/kernel/log.ts`,
    find: 'const ledger = new Ledger(state, clock.now());',
    replace: 'const ledger = new Ledger((doubts.stale ??= state), clock.now());',
  },
  {
    name: 'what a commit without an answer stored is announced to nobody',
    file: `${SERVER}/kernel/log.ts`,
    find: '  deps.onCommitted(ledger);\n  for (const doubt of doubts) deps.onUncertainCommit(doubt);',
    replace: '  deps.onCommitted(ledger);',
  },
  {
    name: 'who became a member by a commit without an answer is not told',
    file: 'packages/server/src/app.ts',
    find: 'requestReconnect(bus, doubt);',
    replace: '',
  },
  {
    name: 'deduplication is only in memory: a restart forgets, and other nodes never knew',
    file: `${SERVER}/chat/messages/send.ts`,
    find: 'const known = ledger.findMessage(command.id);',
    replace:
      'const known = ledger.sent.has(command.id) ? ledger.findMessage(command.id) : null;\n  ledger.sent.add(command.id);',
    also: { file: `${SERVER}/kernel/log.ts`, ...IN_MEMORY },
  },
  {
    name: 'the sequence is taken outside the transaction: a commit that fails leaves a hole',
    file: `${SERVER}/kernel/ledger.ts`,
    find: 'const event: LogEvent = { ...draft, channel, seq: before.lastSeq + 1, at: this.at, by };',
    replace:
      'const seq = Math.max(this.taken.get(channel) ?? 0, before.lastSeq) + 1;\n    this.taken.set(channel, seq);\n    const event: LogEvent = { ...draft, channel, seq, at: this.at, by };',
    also: { file: `${SERVER}/kernel/log.ts`, ...IN_MEMORY },
  },
  {
    name: 'the sequence skips a number after a deletion',
    file: `${SERVER}/kernel/ledger.ts`,
    find: 'seq: before.lastSeq + 1,',
    replace: "seq: before.lastSeq + (draft.type === 'deleted' ? 2 : 1),",
  },
];

const COMMANDS: readonly Mutant[] = [
  {
    name: 'no deduplication',
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
    name: 'a repeated message is answered with the head instead of its own place',
    file: `${SERVER}/chat/messages/send.ts`,
    find: 'return ok({ channel, seq: known.seq, at: known.at });',
    replace: 'return ok({ channel, seq: ledger.findChannel(channel)?.lastSeq ?? 0, at: known.at });',
  },
  {
    name: 'anyone posts anywhere',
    file: `${SERVER}/kernel/access.ts`,
    find: 'return channel !== null && ledger.findMember(id, actor.user) !== null ? ok(channel) : NO_CHANNEL;',
    replace: 'return channel !== null ? ok(channel) : NO_CHANNEL;',
  },
  {
    name: 'anyone edits anything',
    file: `${SERVER}/chat/messages/message-access.ts`,
    find: 'if (message.ok && message.value.by !== actor.user)',
    replace: "if (message.ok && message.value.by === '')",
  },
  {
    name: 'anyone reads anything',
    file: `${SERVER}/kernel/access.ts`,
    find: '  if (!(await store.isMember(id, actor.user))) return NO_CHANNEL;\n',
    replace: '  if (id !== null) return ok(await read({ id, [checked]: true }));\n',
  },
  {
    name: 'anyone resumes anything',
    file: `${SERVER}/kernel/access.ts`,
    find: 'return page === null ? NO_CHANNEL : ok(page);',
    replace: 'return ok(page ?? (await store.eventsAfter(member.channel, after, limit)));',
  },
  {
    name: 'membership is not asked again once the answer is there',
    file: `${SERVER}/kernel/access.ts`,
    find: 'return (await store.isMember(id, actor.user)) ? ok(found) : NO_CHANNEL;',
    replace: 'return ok(found);',
  },
  {
    name: 'joining again stores a second membership',
    file: `${SERVER}/chat/channels/membership.ts`,
    find: 'if (ledger.findMember(channel, actor.user) !== null) return ok(null);\n      const found = channelToJoin',
    replace: 'const found = channelToJoin',
  },
  {
    name: 'the two of a direct message have one each',
    file: `${SERVER}/chat/channels/direct-message.ts`,
    find: 'const [first, second] = [one, other].toSorted();',
    replace: 'const [first, second] = [one, other];',
  },
  {
    name: 'a deleted message can be edited',
    file: `${SERVER}/chat/messages/edit.ts`,
    find: "      if (message.value.body === null) return refuse('not_found', 'no such message');\n",
    replace: '',
  },
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
    name: 'a page of messages leaves out the one it begins at',
    file: 'packages/server/src/adapters/message-page.ts',
    find: "if ('before' in anchor) return { pivot: anchor.before - 1,",
    replace: "if ('before' in anchor) return { pivot: anchor.before - 2,",
  },
  {
    name: 'a pong tells the heads of only one channel',
    file: `${SERVER}/realtime/connection/dispatch.ts`,
    find: 'Object.fromEntries(await chat.heads(actor))',
    replace: 'Object.fromEntries([...(await chat.heads(actor))].slice(0, 1))',
  },
  {
    name: 'resume is off by one',
    file: `${SERVER}/chat/sync/sync.ts`,
    find: 'const page = await readEventsAsMember(store, member, { after, limit });',
    replace: 'const page = await readEventsAsMember(store, member, { after: after + 1, limit });',
  },
  {
    name: 'resume is off by one where what was asked for lately ends',
    file: `${SERVER}/chat/sync/sync.ts`,
    find: 'const end = after + known.events.length;',
    replace: 'const end = after + known.events.length + 1;',
  },
  {
    name: 'what was asked for lately is answered with the text of messages that were deleted since',
    file: `${SERVER}/chat/sync/sync.ts`,
    find: " && events.every(({ type }) => type !== 'deleted')",
    replace: '',
  },
  {
    name: 'a moved cursor is not told to the other devices',
    file: `${SERVER}/chat/reading/move-cursor.ts`,
    find: 'if (summary !== null) {',
    replace: 'if (summary !== null && summary.unread > 1_000) {',
  },
  {
    name: 'a cursor move that is repeated is not told again',
    file: `${SERVER}/chat/reading/move-cursor.ts`,
    find: 'if (outcome.value > position.seq) return ok(null);',
    replace:
      'const told = (moveCursor.told ??= new Set()), move = [actor.user, position.channel, outcome.value].join();\n' +
      '  if (outcome.value > position.seq || told.has(move)) return ok(null);\n  told.add(move);',
  },
];

const FEED: readonly Mutant[] = [
  {
    name: 'the bus is treated as reliable: heads are never compared',
    file: `${SERVER}/kernel/feed.ts`,
    find: 'const stopSweep = deps.bus.isReliable ? () => undefined : startSweep(deps, followed);',
    replace: 'const stopSweep = () => undefined; void startSweep;',
  },
  {
    name: 'the last event of several is lost, and nobody notices until the next one',
    file: `${SERVER}/kernel/feed.ts`,
    find: '    deps.deliver(feed.channel, events);\n    return;',
    replace: '    deps.deliver(feed.channel, events.length > 1 ? events.slice(0, -1) : events);\n    return;',
  },
  {
    name: 'a gap between events from the bus is ignored',
    file: `${SERVER}/kernel/feed.ts`,
    find: 'first !== undefined &&\n    feed.deliveredSeq !== null &&\n    first.seq === feed.deliveredSeq + 1',
    replace: 'first !== undefined && feed.deliveredSeq !== null && first.seq > feed.deliveredSeq',
  },
  {
    name: 'a gap is noticed and never filled',
    file: `${SERVER}/kernel/feed.ts`,
    find: '  if (feed.isFilling) return;\n',
    replace: '  if (!feed.isFilling) return;\n',
  },
  {
    name: 'a failed read of a gap is not tried again',
    file: `${SERVER}/kernel/feed.ts`,
    find: '        feed.isFilling = false;\n        fill(deps, feed);',
    replace: '        feed.isFilling = feed.isFilling;',
  },
  {
    name: 'events that come twice are handed out twice',
    file: `${SERVER}/kernel/feed.ts`,
    find: 'if (feed.deliveredSeq !== null && event.seq <= feed.deliveredSeq) continue;',
    replace:
      'if (feed.deliveredSeq !== null && event.seq <= feed.deliveredSeq) { deps.deliver(feed.channel, [event]); continue; }',
  },
];

const DELIVERY: readonly Mutant[] = [
  {
    name: 'a removed member keeps the subscription',
    file: `${SERVER}/realtime/fanout/membership-changes.ts`,
    find: '    hub.unsubscribe(connection, channel);\n    connection.discardBuffered(channel);',
    replace: '    connection.discardBuffered(channel);',
  },
  {
    name: 'a removed member is not told',
    file: `${SERVER}/realtime/fanout/membership-changes.ts`,
    find: "connection.send({ type: 'removed', channel });",
    replace: '',
  },
  {
    name: 'a new member is not told',
    file: `${SERVER}/realtime/fanout/on-user-message.ts`,
    find: 'return addToChannel(deps, user, summaryForNewMember(message.channel));',
    replace: 'return;',
  },
  {
    name: 'typing is told to strangers who are connected',
    file: `${SERVER}/chat/typing/typing.ts`,
    find: "hub.broadcast(channel, { type: 'typing', channel, user, on }, from);",
    replace: "for (const one of hub.connections()) one.send({ type: 'typing', channel, user, on });",
  },
  {
    name: 'a reader who does not read fills the memory',
    file: `${SERVER}/realtime/connection/connection.ts`,
    find: 'if (this.queuedBytes <= this.#maxQueuedBytes) return true;',
    replace: 'if (this.queuedBytes <= 1e12) return true;',
  },
  {
    name: 'a failed write to the socket is ignored: the frames of one turn are lost',
    file: `${SERVER}/realtime/connection/connection.ts`,
    find: 'this.#transport.write(frames);',
    replace: 'if (frames.length < 3) this.#transport.write(frames);',
  },
  {
    name: 'the frames of one turn are written in reverse',
    file: `${SERVER}/realtime/connection/connection.ts`,
    find: 'this.#transport.write(frames);',
    replace: 'this.#transport.write(frames.toReversed());',
  },
  {
    name: 'what was held back until `ready` is dropped',
    file: `${SERVER}/realtime/connection/connection.ts`,
    find: 'for (const outgoing of buffered) if (isNotInReady(outgoing)) this.write(outgoing);',
    replace: '',
  },
  {
    name: 'what `ready` tells comes again',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: 'return seq === undefined || seq > (sent.get(channel)?.lastSeq ?? -1);',
    replace: 'return true;',
  },
  {
    name: 'the snapshot is read before the connection hears its channels',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: '  for (const channel of channels) hub.subscribe(connection, channel);\n  await feed.follow(channels);\n  const summaries = await store.summariesOf(user.id);',
    replace:
      '  const summaries = await store.summariesOf(user.id);\n  for (const channel of channels) hub.subscribe(connection, channel);\n  await feed.follow(channels);',
  },
  {
    name: 'who is removed while connecting stays subscribed',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: 'if (hasStaleMembership(connection, channels, sent)) {',
    replace: 'if (hasStaleMembership(connection, channels, sent) && channels.length > 1_000) {',
  },
  {
    name: 'what the feed has still to hand out comes again after `ready`',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: 'await Promise.all(summaries.map(({ id, lastSeq }) => feed.deliverUpTo(id, lastSeq)));',
    replace: '',
  },
];

const SESSIONS: readonly Mutant[] = [
  {
    name: 'a sign-out closes no sockets',
    file: `${SERVER}/realtime/fanout/on-user-message.ts`,
    find: 'if (connection.session === message.session)',
    replace: "if (connection.session === '' && message.session === '')",
  },
  {
    name: 'a sign-out during the handshake is missed',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: "if (identity === 'ended') connection.close(CLOSE.sessionEnded, 'ended');",
    replace: '',
  },
  {
    name: 'a silent peer is never given up',
    file: `${SERVER}/realtime/connection/ping-clients.ts`,
    find: "if (nowMs - lastActivityMs > 2 * PING_MS) connection.close(CLOSE.silent, 'silent');",
    replace: 'if (nowMs - lastActivityMs > 2_000 * PING_MS) return;',
  },
  {
    name: 'a connection that ended stays in the fan-out',
    file: `${SERVER}/realtime/connection/receive-commands.ts`,
    find: '    hub.unregister(connection);\n',
    replace: '',
  },
  {
    name: 'of several channels in one commit only the first is announced',
    file: 'packages/server/src/kernel/publish-commit.ts',
    find: 'for (const channel of runs.keys()) publishRun(bus, runs, channel);',
    replace: 'for (const channel of [...runs.keys()].slice(0, 1)) publishRun(bus, runs, channel);',
  },
];

const STORAGE: readonly Mutant[] = [
  {
    name: 'the text of a deleted message stays in the log',
    file: 'packages/server/src/adapters/memory/projections.ts',
    find: '    redactEvents(target, event);\n',
    replace: '    void redactEvents;\n',
  },
  {
    name: 'a page of messages says that it is newer than it is',
    file: 'packages/server/src/adapters/memory-store.ts',
    find: 'asOf: tables.channels.get(channel)?.lastSeq ?? 0, reactions',
    replace: 'asOf: (tables.channels.get(channel)?.lastSeq ?? 0) + 1, reactions',
  },
  {
    name: 'unread counts one’s own messages',
    file: 'packages/server/src/adapters/memory-store.ts',
    find: '.filter(({ by }) => by !== user)',
    replace: '',
  },
];

/** Mistakes that a server could make. */
export const SERVER_MUTANTS: readonly Mutant[] = [...LOG, ...COMMANDS, ...FEED, ...DELIVERY, ...SESSIONS, ...STORAGE];
