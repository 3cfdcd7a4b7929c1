import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What happens to the next `commit` that a node sends. */
export type Interception =
  /** PostgreSQL receives it, and the connection breaks before the response arrives. */
  | 'a lost response'
  /** The connection breaks before PostgreSQL receives it. */
  | 'a lost request'
  /** Nothing is forwarded in either direction any more, and neither side is notified. */
  | 'a stalled connection';

/** A proxy between a node and its database, for tests. */
export interface CommitInterceptor extends AsyncDisposable {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** What happens to the next commits, in order. */
  readonly planned: Interception[];
}

// The simple query `commit`, which has no parameters.
const COMMIT = Buffer.from('commit\0');

export async function openCommitInterceptor(url: string): Promise<CommitInterceptor> {
  const { hostname, port } = new URL(url);
  const planned: Interception[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((node) => {
    const database = connect(Number(port), hostname);
    for (const socket of [node, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    node.on('close', () => database.destroy());
    database.on('close', () => node.destroy());
    database.pipe(node);
    node.on('data', (chunk: Buffer) => {
      const interception = chunk.includes(COMMIT) ? planned.shift() : undefined;
      if (interception === undefined) database.write(chunk);
      else intercept(interception, { node, database, chunk });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    planned,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function intercept(
  interception: Interception,
  { node, database, chunk }: { node: Socket; database: Socket; chunk: Buffer },
): void {
  database.unpipe(node);
  if (interception === 'a lost request') database.destroy();
  if (interception !== 'a lost response') return;
  database.once('data', () => node.destroy()).resume();
  database.write(chunk);
}
