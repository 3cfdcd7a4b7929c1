import { createHmac, randomUUID } from 'node:crypto';

/** A public secret: it only signs tokens for users of benchmarks. */
export const JWT_SECRET = 'a secret for benchmarks, known to all';
const TOKEN_LIFETIME_S = 3_600;

/** A user without a browser, who posts over one WebSocket. */
export interface TrafficClient extends AsyncDisposable {
  /** Sends a request under `/api/v1` as this user. Rejects when it is refused. */
  api<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<T>;
  /** Posts a message. Resolves with its `seq` once it is stored. */
  post(channel: string, body: string): Promise<number>;
  /** Moves the read cursor to `seq`. */
  read(channel: string, seq: number): Promise<void>;
  /** Posts at a constant rate until the time is up. */
  postSteadily(channel: string, pace: { readonly perSecond: number; readonly seconds: number }): Promise<void>;
}

/** `token` is a session token, or comes from `tokenFor`. */
export async function openTrafficClient(url: string, token: string): Promise<TrafficClient> {
  async function api<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  await api('GET', '/me');
  const commands = await openCommandSocket(url, token);
  const post = async (channel: string, body: string): Promise<number> =>
    commands.request({ type: 'send', channel, id: randomUUID(), body });

  return {
    api,
    post,
    read: async (channel, seq) => void (await commands.request({ type: 'read', channel, seq })),
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
    [Symbol.asyncDispose]: () => commands.close(),
  };
}

/** Posts all bodies as fast as they are stored, with a change of author every few messages. Resolves with the last `seq`. */
export async function postConversation(
  posters: readonly TrafficClient[],
  channel: string,
  bodies: Iterable<string>,
): Promise<number> {
  const waiting: Promise<number>[] = [];
  let n = 0;
  let last = 0;
  for (const body of bodies) {
    n += 1;
    const poster = posters[Math.floor(n / MESSAGES_IN_A_ROW) % posters.length];
    if (poster !== undefined) waiting.push(poster.post(channel, body));
    if (waiting.length >= IN_FLIGHT) last = Math.max(last, (await waiting.shift()) ?? 0);
  }
  return Math.max(last, ...(await Promise.all(waiting)));
}

/** Messages that one user posts before the next user does. */
const MESSAGES_IN_A_ROW = 3;
/** Commands without a reply. Parley closes a connection with more than 256 KiB of unanswered commands. */
const IN_FLIGHT = 100;

interface CommandSocket {
  request(command: object): Promise<number>;
  close(): Promise<void>;
}

interface Reply {
  readonly type: string;
  readonly ref?: number;
  readonly seq?: number;
}

async function openCommandSocket(url: string, token: string): Promise<CommandSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws/bench-${randomUUID()}`, [
    'parley.v1',
    `bearer.${token}`,
  ]);
  const waiting = new Map<number, PromiseWithResolvers<number>>();
  let lastRef = 0;
  const ready = Promise.withResolvers<void>();
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    if (!text.includes('"ref"')) return text.includes('"type":"ready"') ? ready.resolve() : undefined;
    const reply = JSON.parse(text) as Reply;
    const pending = waiting.get(reply.ref ?? 0);
    waiting.delete(reply.ref ?? 0);
    if (reply.type === 'ok') pending?.resolve(reply.seq ?? 0);
    else pending?.reject(new Error(text));
  });
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => {
      const error = new Error(`the connection was closed: ${code} ${reason}`);
      ready.reject(error);
      for (const pending of waiting.values()) pending.reject(error);
      resolve();
    });
  });
  await ready.promise;
  return {
    async request(command) {
      lastRef += 1;
      const pending = Promise.withResolvers<number>();
      waiting.set(lastRef, pending);
      socket.send(JSON.stringify({ ...command, ref: lastRef }));
      return pending.promise;
    },
    async close() {
      socket.close();
      await closed;
    },
  };
}

/** Creates a token as another application would, for a server that has `JWT_SECRET`. */
export function tokenFor(name: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: `bench-${name}`, name, exp: Math.floor(Date.now() / 1_000) + TOKEN_LIFETIME_S };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
}
