import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in connections and their buffers. */
export const CONNECTIONS_MUTANTS: readonly Mutant[] = [
  {
    name: 'the send queue of a slow consumer is not bounded',
    file: `${SERVER}/realtime/connection/connection.ts`,
    find: 'if (this.queuedBytes <= this.#maxQueuedBytes) return true;',
    replace: 'if (this.queuedBytes <= 1e12) return true;',
  },
  {
    name: 'the frames of one turn are lost when a write fails',
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
    name: 'frames buffered until `ready` are dropped',
    file: `${SERVER}/realtime/connection/connection.ts`,
    find: 'for (const outgoing of buffered) if (isNotInReady(outgoing)) this.write(outgoing);',
    replace: '',
  },
  {
    name: 'events that `ready` includes are sent again',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: 'return seq === undefined || seq > (sent.get(channel)?.lastSeq ?? -1);',
    replace: 'return true;',
  },
  {
    name: 'the snapshot is read before the connection subscribes',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: '  for (const channel of channels) hub.subscribe(connection, channel);\n  await feed.follow(channels);\n  const summaries = await store.summariesOf(user.id);',
    replace:
      '  const summaries = await store.summariesOf(user.id);\n  for (const channel of channels) hub.subscribe(connection, channel);\n  await feed.follow(channels);',
  },
  {
    name: 'a member removed while connecting stays subscribed',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: 'if (hasStaleMembership(connection, channels, sent)) {',
    replace: 'if (hasStaleMembership(connection, channels, sent) && channels.length > 1_000) {',
  },
  {
    name: 'events still to be published are sent again after `ready`',
    file: `${SERVER}/realtime/connection/initialize.ts`,
    find: 'await Promise.all(summaries.map(({ id, lastSeq }) => feed.deliverUpTo(id, lastSeq)));',
    replace: '',
  },
  {
    name: 'a silent peer is never cut',
    file: `${SERVER}/realtime/connection/ping-clients.ts`,
    find: "if (nowMs - lastActivityMs > 2 * PING_MS) connection.close(CLOSE.silent, 'silent');",
    replace: 'if (nowMs - lastActivityMs > 2_000 * PING_MS) return;',
  },
  {
    name: 'a closed connection stays in the fan-out',
    file: `${SERVER}/realtime/connection/receive-commands.ts`,
    find: '    hub.unregister(connection);\n',
    replace: '',
  },
];
