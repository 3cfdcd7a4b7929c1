import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '@parley/protocol';
import type { ClusterNode } from '@parley/testkit/cluster/proxied-cluster';
import { RecordedSocket } from '../workload/recorded-socket.ts';
import type { Trial } from './fault.ts';

/** How long a store that can't store may go on as if it could: what is written until then fits in files that are there. */
const MAX_UNNOTICED_MS = 30_000;
const MAX_RECOVERY_MS = 10_000;
/** Long messages fill what room the files have. */
const BODY = 'y'.repeat(9_000);
const AT_ONCE = 16;

export interface FaultWindow {
  readonly begin: () => void | Promise<void>;
  readonly end: () => void | Promise<void>;
}

/**
 * A time in which a node can't store: what is sent is refused with `unavailable`, reading goes on, someone new is greeted,
 * and afterwards messages are stored again without a restart.
 */
export async function withUnwritableStore(trial: Trial, node: ClusterNode, window: FaultWindow): Promise<string> {
  const { history, fixtures, random } = trial;
  const [user] = fixtures.users;
  const [channel] = fixtures.channels;
  if (user === undefined || channel === undefined) throw new Error('nobody is there');
  const socket = await RecordedSocket.open({ node, url: node.server.url, user, name: 'prober', history });
  const send = (body: string): Promise<Reply | null> =>
    socket.ask({ type: 'send', channel: channel.id, id: crypto.randomUUID(), body: `${crypto.randomUUID()} ${body}` });

  await window.begin();
  const replies: (Reply | null)[] = [];
  const startedMs = performance.now();
  try {
    while (!replies.some(isUnavailable) && performance.now() - startedMs < MAX_UNNOTICED_MS) {
      replies.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => send(BODY)))));
    }
    await sleep(random.between(0, 400));
    replies.push(await send('still?'));
    history.measure('sends refused with unavailable', replies.filter(isUnavailable).length, { atLeast: 1 });
    const others = replies.filter((reply) => reply?.type !== 'ok' && !isUnavailable(reply));
    history.measure('sends neither stored nor refused with unavailable', others.length, { atMost: 0 });
    await checkReadsAndConnects(trial, node, { socket, channel: channel.id });
  } finally {
    await window.end();
  }

  const endedMs = performance.now();
  while ((await send('again?'))?.type !== 'ok' && performance.now() - endedMs < MAX_RECOVERY_MS) await sleep(20);
  const isWell = (await send('well'))?.type === 'ok';
  history.measure('stores again without a restart', Number(isWell), { atLeast: 1 });
  socket.close();
  await socket.closed;
  return `${replies.filter((reply) => reply?.type === 'ok').length} stored meanwhile, then refused`;
}

async function checkReadsAndConnects(
  { history, fixtures }: Trial,
  node: ClusterNode,
  { socket, channel }: { readonly socket: RecordedSocket; readonly channel: string },
): Promise<void> {
  const page = await socket.ask({ type: 'history', channel, limit: 10 });
  const log = await socket.ask({
    type: 'sync',
    channel,
    after: Math.max(0, (page?.type === 'messages' ? page.asOf : 0) - 10),
  });
  const isRead = page?.type === 'messages' && page.messages.length > 0 && log?.type === 'events';
  history.measure('reading goes on', Number(isRead), { atLeast: 1 });
  const [, other] = fixtures.users;
  if (other === undefined) return;
  const late = await RecordedSocket.open({ node, url: node.server.url, user: other, name: 'latecomer', history }).catch(
    () => null,
  );
  history.measure('someone new is greeted', Number(late !== null), { atLeast: 1 });
  late?.close();
  await late?.closed;
}

function isUnavailable(reply: Reply | null): boolean {
  return reply?.type === 'error' && reply.code === 'unavailable';
}
