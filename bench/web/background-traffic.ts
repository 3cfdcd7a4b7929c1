import { randomUUID } from 'node:crypto';
import { createApiClient, type ApiClient } from '@parley/testkit/api-client';
import { jwt } from '@parley/testkit/jwt';
import { connectRaw } from '@parley/testkit/raw-client';

/** A user without a browser, who posts over one WebSocket. */
export interface TrafficClient extends AsyncDisposable {
  /** Sends a request under `/api/v1` as this user. Rejects when it is refused. */
  readonly call: ApiClient['call'];
  /** Posts a message. Resolves with its `seq` once it is stored. */
  post(channel: string, body: string): Promise<number>;
  /** Moves the read cursor to `seq`. */
  read(channel: string, seq: number): Promise<void>;
  /** Posts at a constant rate until the time is up. */
  postSteadily(channel: string, pace: { readonly perSecond: number; readonly seconds: number }): Promise<void>;
}

/** `token` is a session token, or comes from `tokenFor`. */
export async function openTrafficClient(url: string, token: string): Promise<TrafficClient> {
  const api = createApiClient(url, token);
  await api.call('GET', '/me');
  const client = await connectRaw({ url, token, clientId: `bench-${randomUUID()}` });
  const request = async (command: object): Promise<number> => {
    const reply = await client.ask(command);
    if (reply.type !== 'ok') throw new Error(JSON.stringify(reply));
    return reply.seq ?? 0;
  };
  const post = (channel: string, body: string): Promise<number> =>
    request({ type: 'send', channel, id: randomUUID(), body });

  return {
    call: (method, path, body) => api.call(method, path, body),
    post,
    read: async (channel, seq) => void (await request({ type: 'read', channel, seq })),
    async postSteadily(channel, { perSecond, seconds }) {
      const sent: Promise<number>[] = [];
      const startedMs = performance.now();
      while (performance.now() - startedMs < seconds * 1_000) {
        const due = Math.floor(((performance.now() - startedMs) / 1_000) * perSecond);
        while (sent.length < due) sent.push(post(channel, `${sent.length} of many messages, one after the other`));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await Promise.all(sent);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** Posts all bodies as fast as they are stored, with a change of author every few messages. Resolves with the last `seq`. */
export async function postConversation(
  clients: readonly TrafficClient[],
  channel: string,
  bodies: Iterable<string>,
): Promise<number> {
  const waiting: Promise<number>[] = [];
  let n = 0;
  let last = 0;
  for (const body of bodies) {
    n += 1;
    const client = clients[Math.floor(n / MESSAGES_IN_A_ROW) % clients.length];
    if (client !== undefined) waiting.push(client.post(channel, body));
    if (waiting.length >= IN_FLIGHT) last = Math.max(last, (await waiting.shift()) ?? 0);
  }
  return Math.max(last, ...(await Promise.all(waiting)));
}

/** Messages that one user posts before the next user does. */
const MESSAGES_IN_A_ROW = 3;
/** Commands without a reply. Parley closes a connection with more than 256 KiB of unanswered commands. */
const IN_FLIGHT = 100;

/** Creates a token as another application would, for a server that has `JWT_SECRET`. */
export function tokenFor(name: string): string {
  return jwt({ sub: `bench-${name}`, name });
}
