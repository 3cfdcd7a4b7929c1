import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '@parley/protocol';
import type { ProxiedNode } from '@parley/testkit/cluster/cluster';
import { RecordedSocket } from '../workload/recorded-socket.ts';
import type { Trial } from './fault.ts';

/** Longest time until the first refusal. Until then, writes still fit into existing files. */
const MAX_UNNOTICED_MS = 30_000;
const MAX_RECOVERY_MS = 10_000;
/** Long messages use up the remaining space quickly. */
const BODY = 'y'.repeat(9_000);
const AT_ONCE = 16;

export interface FaultWindow {
  readonly begin: () => void | Promise<void>;
  readonly end: () => void | Promise<void>;
}

/**
 * Opens a window in which a node can't store. Checks that sends are refused with `unavailable`, that reads and new
 * connections still work, and that messages are stored again afterwards without a restart.
 */
export async function withUnwritableStore(trial: Trial, node: ProxiedNode, window: FaultWindow): Promise<string> {
  const { history, fixtures, random } = trial;
  const [user] = fixtures.users;
  const [channel] = fixtures.channels;
  if (user === undefined || channel === undefined) throw new Error('there are no users');
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
  return `${replies.filter((reply) => reply?.type === 'ok').length} stored before the first refusal`;
}

async function checkReadsAndConnects(
  { history, fixtures }: Trial,
  node: ProxiedNode,
  { socket, channel }: { readonly socket: RecordedSocket; readonly channel: string },
): Promise<void> {
  const page = await socket.ask({ type: 'history', channel, limit: 10 });
  const log = await socket.ask({
    type: 'sync',
    channel,
    after: Math.max(0, (page?.type === 'messages' ? page.asOf : 0) - 10),
  });
  const isRead = page?.type === 'messages' && page.messages.length > 0 && log?.type === 'events';
  history.measure('reads still work', Number(isRead), { atLeast: 1 });
  const [, other] = fixtures.users;
  if (other === undefined) return;
  const late = await RecordedSocket.open({ node, url: node.server.url, user: other, name: 'latecomer', history }).catch(
    () => null,
  );
  history.measure('a new connection gets ready', Number(late !== null), { atLeast: 1 });
  late?.close();
  await late?.closed;
}

function isUnavailable(reply: Reply | null): boolean {
  return reply?.type === 'error' && reply.code === 'unavailable';
}
