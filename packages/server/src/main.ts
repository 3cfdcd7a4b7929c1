import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { createLocalBus } from '#adapters/local-bus.ts';
import { openNatsBus, type NatsBusDeps } from '#adapters/nats/nats-bus.ts';
import { openDatabase } from '#adapters/open-database.ts';
import { createPinoLogger } from '#adapters/pino-logger.ts';
import { createPrometheusMetrics } from '#adapters/prometheus-metrics.ts';
import { systemClock } from '#adapters/system-clock.ts';
import { createHttpApp } from '#http/http-app.ts';
import type { Bus } from '#ports/bus.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { createApp, createCore } from './app.ts';
import { addressKey, clientAddress } from './client-address.ts';
import type { Config } from './config/config.ts';
import { configWarnings, readConfig } from './config/read-config.ts';
import { createAuth } from './identity/create-auth.ts';

const WEB_FOLDER = join(import.meta.dirname, '../../web/dist');

async function start(config: Config): Promise<void> {
  const logger = createPinoLogger(config.logLevel);
  for (const warning of configWarnings(config)) logger.warn({}, warning);
  const [clock, random] = [systemClock, cryptoRandom];
  const database = await openDatabase({ config, clock, random, logger });
  const secret = config.secret ?? (await database.secret());
  const { store, users } = database;
  const metrics = createPrometheusMetrics(config.node ?? `n_${random.token(48)}`);
  const bus = await openBus(config, { secret, clock, random, logger, metrics });
  const afterTurn = (task: () => void): void => void setImmediate(task);
  const deps = { config, store, users, bus, clock, random, logger, metrics, afterTurn };

  const core = await createCore(deps);
  const auth = createAuth({ ...deps, secret, database, chat: core.chat });
  const http = createHttpApp({ ...deps, ...auth, chat: core.chat, webFolder: WEB_FOLDER });
  const handleRequest = getRequestListener(http.fetch);
  const app = createApp({
    ...deps,
    core,
    authenticator: auth.authenticator,
    handleHttp: (request, response) => void handleRequest(request, response),
    addressOf: (request) => addressKey(clientAddress(request, config.trustedProxies)),
  });

  const port = await app.listen();
  print(`Parley is at ${config.publicUrl ?? `http://${hostInAddress(config.host)}:${port}`}`);
  if (await users.isEmpty()) print('Nobody is here yet: the first account owns the server.');

  let stopping = false;
  const stop = async (exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await app.drain();
    await bus.close();
    await database.close();
    process.exit(exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(0));
  // A new process reads from the database what was committed. This one would not know, and would refuse everything.
  void database.failed.then((reason) => {
    logger.error({ reason }, 'the database has ended by itself: the server stops');
    return stop(1);
  });
}

/**
 * Without NATS and PostgreSQL this is the only node. With PostgreSQL alone there may be others, so the bus counts as
 * unreliable, and changes of other nodes are read from the shared database.
 */
async function openBus({ natsUrl, databaseUrl }: Config, deps: Omit<NatsBusDeps, 'url'>): Promise<Bus> {
  if (natsUrl === null) return createLocalBus(deps.logger, { isReliable: databaseUrl === null });
  return openNatsBus({ ...deps, url: natsUrl });
}

/** A host name that a browser on this machine can open. */
function hostInAddress(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function print(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function fail(problems: readonly string[]): never {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exit(1);
}

function startErrorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof StoreUnavailable) return `The server can not start: ${error.message}.`;
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'The address is in use: another process listens on HOST:PORT. Set PORT to another one.';
  }
  if ('code' in error && (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL')) {
    return `The server can not listen on HOST:PORT: ${error.message}`;
  }
  return error.message;
}

const config = readConfig(process.env);
if (!config.ok) fail(config.error);
else await start(config.value).catch((error: unknown) => fail([startErrorMessage(error)]));
