import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { endProcess, freePort, hasEnded, isProgram } from './processes.ts';

/** `fast` disconnects clients and writes a checkpoint; `immediate` does neither, like a crash of all its processes. */
export type PostgresStop = 'fast' | 'immediate';

/** A PostgreSQL server on the loopback interface, which keeps its port and data until it is disposed. */
export interface PostgresServer extends AsyncDisposable {
  /** The URL of the database `postgres`, as its superuser. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Creates an empty database and answers its URL. */
  createDatabase(): Promise<string>;
  /** Stops the server and waits until it has exited. Keeps the data. Does nothing when it does not run. */
  stop(how: PostgresStop): Promise<void>;
  /** Kills the main process; its children exit when they notice. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; resolves after its recovery. Does nothing when it runs. */
  start(): Promise<void>;
  restart(how: PostgresStop): Promise<void>;
  /** The end of what it has printed. */
  output(): string;
}

const SUPERUSER = 'parley';
/** Includes the recovery after a crash. */
const START_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 20_000;
const MAX_OUTPUT_CHARS = 20_000;

/**
 * Tests check durability, so fsync, full page writes and synchronous commits stay on. The default collation is that of a
 * language, so that a query which depends on the order of bytes without saying so is found.
 */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  autovacuum: 'on',
  lc_messages: 'C',
  log_min_messages: 'warning',
} as const;

/** Whether `startPostgres` finds what it needs. */
export function isPostgresInstalled(): boolean {
  return findPrograms() !== null;
}

/** Creates a database cluster in a temporary folder and starts it. Rejects with a sentence when PostgreSQL is not installed. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPrograms();
  if (programs === null) {
    throw new Error('PostgreSQL is not installed: no initdb and postgres in PATH or /usr/lib/postgresql/*/bin.');
  }
  const server = new Server(programs, initializeDataFolder(programs), await freePort());
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

/** Creates an empty database on the server of `url` and answers its URL. */
export async function createDatabase(url: string): Promise<string> {
  const name = `parley_${randomUUID().replaceAll('-', '')}`;
  await query(url, `create database ${name}`);
  return new URL(`/${name}`, url).href;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined); // The query rejects too.
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** Another user to run as: PostgreSQL refuses to run as root. */
  readonly as: { readonly uid: number; readonly gid: number } | null;
}

class Server implements PostgresServer {
  readonly port: number;
  readonly folder: string;
  readonly #programs: Programs;
  #process: ChildProcess | null = null;
  #output = '';
  readonly #killOnExit = (): void => void this.#process?.kill('SIGQUIT');

  constructor(programs: Programs, folder: string, port: number) {
    this.#programs = programs;
    this.folder = folder;
    this.port = port;
    process.once('exit', this.#killOnExit); // An interrupted test run leaves no server behind.
  }

  get url(): string {
    return `postgresql://${SUPERUSER}@127.0.0.1:${this.port}/postgres`;
  }

  createDatabase(): Promise<string> {
    return createDatabase(this.url);
  }

  /** Retries: the children of a killed server hold its shared memory until they exit, and a new server then refuses to start. */
  async start(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    let last: unknown = null;
    while (performance.now() < deadline) {
      if (this.#process === null || hasEnded(this.#process)) this.#process = this.#spawn();
      try {
        await query(this.url, 'select 1');
        return;
      } catch (error) {
        last = error;
        await sleep(50);
      }
    }
    throw new Error(`PostgreSQL did not start. It printed:\n${this.#output}`, { cause: last });
  }

  stop(how: PostgresStop): Promise<void> {
    return this.#end(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async restart(how: PostgresStop): Promise<void> {
    await this.stop(how);
    await this.start();
  }

  output(): string {
    return this.#output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGQUIT');
    process.off('exit', this.#killOnExit);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  #spawn(): ChildProcess {
    const settings = Object.entries({ ...SETTINGS, port: String(this.port) });
    const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const started = spawn(this.#programs.postgres, ['-D', this.folder, ...options], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...this.#programs.as,
    });
    const note = (text: string): void => {
      this.#output = (this.#output + text).slice(-MAX_OUTPUT_CHARS);
    };
    started.on('error', (error) => note(String(error)));
    started.stderr?.on('data', (chunk: Buffer) => note(chunk.toString()));
    return started;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running !== null) await endProcess(running, { signal, timeoutMs: STOP_TIMEOUT_MS });
  }
}

/** Creates a folder with an empty database cluster. */
function initializeDataFolder({ initdb, as }: Programs): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-postgres-'));
  if (as !== null) chownSync(folder, as.uid, as.gid);
  const options = ['--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C', `--username=${SUPERUSER}`];
  const language = ['--locale-provider=icu', '--icu-locale=en'];
  const spawning = { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], TZ: 'UTC' }, ...as } as const;
  // PostgreSQL has this provider since version 15.
  for (const more of [language, []]) {
    const { status, stderr } = spawnSync(initdb, ['-D', folder, ...options, ...more], spawning);
    if (status === 0) return folder;
    if (more.length > 0) continue;
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`initdb failed: ${stderr}`);
  }
  return folder;
}

function findPrograms(): Programs | null {
  const as = process.getuid?.() === 0 ? findOtherUser() : null;
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...debianFolders()]) {
    const [initdb, postgres] = [join(folder, 'initdb'), join(folder, 'postgres')];
    if (folder !== '' && isProgram(initdb) && isProgram(postgres)) return { initdb, postgres, as };
  }
  return null;
}

/** Debian installs these programs outside of PATH. The newest version first. */
function debianFolders(): string[] {
  try {
    const versions = readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
}

function findOtherUser(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}
