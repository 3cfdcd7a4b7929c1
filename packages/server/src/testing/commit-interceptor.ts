import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What happens to the next `commit` that a node sends. */
export type Interception =
  /** PostgreSQL gets it, and the connection breaks before the answer is back. */
  | 'the answer'
  /** The connection breaks before PostgreSQL gets it. */
  | 'the question'
  /** Nothing goes either way any more, and nobody says so. */
  | 'everything, silently';

/** Between a node and its database, for tests. */
export interface CommitInterceptor extends AsyncDisposable {
  /** The database's url, through here. */
  readonly url: string;
  /** Thefts still to come. */
  readonly planned: Interception[];
}

// The simple query `commit`, which has no parameters.
const COMMIT = Buffer.from('commit\0');

export async function openCommitThief(url: string): Promise<CommitInterceptor> {
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
      const theft = chunk.includes(COMMIT) ? planned.shift() : undefined;
      if (theft === undefined) database.write(chunk);
      else steal(theft, { node, database, chunk });
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

function steal(
  theft: Interception,
  { node, database, chunk }: { node: Socket; database: Socket; chunk: Buffer },
): void {
  database.unpipe(node);
  if (theft === 'the question') database.destroy();
  if (theft !== 'the answer') return;
  database.once('data', () => node.destroy()).resume();
  database.write(chunk);
}
