import { openTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

/** The network links from one node to PostgreSQL and NATS. Each can be disturbed for this node alone. */
export interface NodeLinks extends AsyncDisposable {
  readonly postgres: TcpProxy;
  readonly nats: TcpProxy;
  readonly env: NodeEnv;
}

/** The environment in which a node finds its database and its bus. */
export interface NodeEnv {
  readonly DATABASE_URL: string;
  readonly NATS_URL: string;
}

/** Opens a proxy to each address in `env`. */
export async function openNodeLinks(env: NodeEnv): Promise<NodeLinks> {
  await using stack = new AsyncDisposableStack();
  const [database, bus] = [new URL(env.DATABASE_URL), new URL(env.NATS_URL)];
  const postgres = stack.use(await openTcpProxy(Number(database.port)));
  const nats = stack.use(await openTcpProxy(Number(bus.port)));
  database.port = String(postgres.port);
  const owned = stack.move();
  return {
    postgres,
    nats,
    env: { DATABASE_URL: database.href, NATS_URL: `nats://127.0.0.1:${nats.port}` },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
