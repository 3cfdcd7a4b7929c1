import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxiedNode } from '@parley/testkit/cluster/cluster';
import { openRawSocket, type RawSocket } from '@parley/testkit/raw-socket';
import { residentBytes } from '../host/resident-bytes.ts';
import { makeChannel } from '../workload/fixtures.ts';
import { RecordedSocket } from '../workload/recorded-socket.ts';
import type { User } from '../workload/user.ts';
import { pickNode, type Fault } from './fault.ts';

const SILENT = 20;
/** The memory bound of one connection, from the guarantees. */
const BOUND_BYTES = 1.5 * 1_024 * 1_024;
/** Heap growth that is always allowed: uncollected garbage. */
const SLACK_BYTES = 96 * 1_024 * 1_024;
/** More than the socket buffers and the server together hold for one connection. */
const MESSAGES = 900;
const BODY = 'x'.repeat(9_900);
const AT_ONCE = 20;
/** Close code of a slow consumer, from the guarantees. */
const TOO_SLOW = 4101;
const CLOSE_TIMEOUT_MS = 10_000;

/** Opens connections that never read, and sends more than the server may buffer for them. */
export const slowConsumer: Fault = {
  name: 'never-reads',
  repetitions: 20,
  faultsPerComparison: 1,
  unsupportedReason: () => (existsSync('/proc/self/status') ? null : 'memory of a process can be read in /proc only'),
  async inject(trial) {
    const { fixtures, history } = trial;
    const node = pickNode(trial);
    const [loud, silent] = fixtures.users;
    if (loud === undefined || silent === undefined) throw new Error('there are no users');
    const channel = await makeChannel(node.server.url, { kind: 'private', members: [loud, silent] });
    const socket = await RecordedSocket.open({ node, url: node.server.url, user: loud, name: 'loud', history });
    const before = residentBytes(node.server.pid());
    const sockets = await Promise.all(Array.from({ length: SILENT }, () => openSilent(node, silent)));
    let most = before;
    let stored = 0;
    for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, () =>
          socket.ask({
            type: 'send',
            channel: channel.id,
            id: crypto.randomUUID(),
            body: `${crypto.randomUUID()} ${BODY}`,
          }),
        ),
      );
      stored += replies.filter((reply) => reply?.type === 'ok').length;
      most = Math.max(most, residentBytes(node.server.pid()));
    }
    history.measure('messages stored while slow consumers are connected', stored, { atLeast: MESSAGES });
    const bound = SILENT * BOUND_BYTES + SLACK_BYTES;
    history.measure('bytes of memory growth of the server', most - before, { atMost: bound });
    // Reading now yields the buffered data and then the close frame.
    const closeCodes = await Promise.all(sockets.map(awaitCloseCode));
    const closed = closeCodes.filter((code) => code === TOO_SLOW).length;
    history.measure('slow consumers closed with 4101', closed, { atLeast: SILENT });
    socket.close();
    await socket.closed;
    for (const socket of sockets) await socket[Symbol.asyncDispose]();
    return `${SILENT} connections read nothing of ${stored} messages; the server grew by ${mebi(most - before)} MiB`;
  },
};

async function openSilent({ server }: ProxiedNode, { token }: User): Promise<RawSocket> {
  const path = `/ws/silent-${crypto.randomUUID()}`;
  const socket = await openRawSocket({ port: server.port, path, headers: { Authorization: `Bearer ${token}` } });
  await socket.head;
  socket.tcp.pause();
  return socket;
}

function awaitCloseCode({ tcp, closeCode }: RawSocket): Promise<number | null> {
  tcp.resume();
  return Promise.race([closeCode, sleep(CLOSE_TIMEOUT_MS, null)]);
}

function mebi(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}
