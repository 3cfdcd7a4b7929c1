import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { jwt, JWT_SECRET } from '@parley/testkit/jwt';
import { WORK } from '../measure/build.ts';
import { CORES, startChild, type Child } from '../measure/child-process.ts';
import type { Client, Dialect } from '../measure/generator.ts';
import { ParleyHttp } from './parley-http.ts';
import {
  BODY,
  messageId,
  type Target,
  type Room,
  type StartedTarget,
  type StartOptions,
  type Workload,
} from './target.ts';

const ROOT = join(import.meta.dirname, '../..');
export const PARLEY_DIALECT: Dialect = { hello: null, ready: '"type":"ready"' };

export interface StartedParley extends StartedTarget {
  readonly http: ParleyHttp;
  readonly dataFolder: string;
  /** Channel ids of the rooms; null for a direct conversation, which its first message creates. */
  readonly channels: readonly (string | null)[];
}

/** Node arguments of every Parley server in this run, for CPU profiles. */
const everyNodeArgs: string[] = [];
export function profileInto(folder: string): void {
  everyNodeArgs.push('--cpu-prof', `--cpu-prof-dir=${folder}`);
}

/** The server as shipped: `main.ts`, SQLite on disk, every sender a member with an account. */
export const parley: Target = { name: 'Parley', start: startParley };

export async function startParley(fixture: Workload, options: StartOptions = {}): Promise<StartedParley> {
  const seeded = await seededFolder(fixture);
  const dataFolder = mkdtempSync(join(WORK, 'data-'));
  cpSync(seeded.folder, dataFolder, { recursive: true });
  const server = await startServer(dataFolder, options);
  return {
    ...server,
    dataFolder,
    channels: seeded.channels,
    dialect: PARLEY_DIALECT,
    clients: Array.from({ length: fixture.people }, (_, person) => clientOf(person)),
    frameFor: (person, room) => postFrame({ person, room, fixture, seeded }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A client of a person; `device` distinguishes several clients of one person. */
export function clientOf(person: number, device = 0): Client {
  return { path: `/ws/bench-${device}-${person}`, token: tokenOf(person) };
}

/** A token as an identity provider issues it. */
export function tokenOf(person: number): string {
  return jwt({ sub: `bench-${person}`, name: `Bench ${person}` });
}

export interface ParleyServer extends AsyncDisposable {
  readonly child: Child;
  readonly port: number;
  readonly http: ParleyHttp;
}

export async function startServer(
  dataFolder: string,
  { env = {}, nodeArgs = [], core = CORES.server }: StartOptions = {},
): Promise<ParleyServer> {
  const child = startChild({
    command: process.execPath,
    args: [...everyNodeArgs, ...nodeArgs, join(ROOT, 'packages/server/src/main.ts')],
    core,
    env: {
      PORT: '0',
      PARLEY_DATA: dataFolder,
      PARLEY_JWT_SECRET: JWT_SECRET,
      PARLEY_RATE_LIMITS: 'off',
      PARLEY_MAX_CONNECTIONS_PER_USER: '100000',
      LOG_LEVEL: 'error',
      ...env,
    },
  });
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(await child.nextLine())?.[1]);
  return {
    child,
    port,
    http: new ParleyHttp(port),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** The ids that the server assigned to the people and rooms of a workload. */
export interface Seeded {
  readonly users: readonly string[];
  readonly channels: readonly (string | null)[];
}

interface SeededFolder extends Seeded {
  readonly folder: string;
}

const seededFolders = new Map<string, Promise<SeededFolder>>();

/** A data folder with the accounts and channels of the workload; created once per run. */
function seededFolder(fixture: Workload): Promise<SeededFolder> {
  const key = JSON.stringify(fixture);
  const known = seededFolders.get(key);
  if (known !== undefined) return known;
  const seeded = seed(fixture);
  seededFolders.set(key, seeded);
  return seeded;
}

async function seed(fixture: Workload): Promise<SeededFolder> {
  const folder = join(WORK, `seed-${randomUUID()}`);
  mkdirSync(folder);
  await using server = await startServer(folder);
  return { folder, ...(await populate(server.http, fixture)) };
}

/** Creates the accounts and the rooms. */
export async function populate(http: ParleyHttp, fixture: Workload): Promise<Seeded> {
  const people = Array.from({ length: fixture.people }, (_, person) => person);
  const users = await inParallel(people, (person) => http.me(tokenOf(person)));
  const general = await http.generalId(tokenOf(0));
  const channels = await inParallel(fixture.rooms, async (room, index) => {
    if (room.isDirect === true) return null;
    return room.people.length === fixture.people ? general : makeChannel(http, room, index);
  });
  const joins = fixture.rooms.flatMap((room, index) => {
    const channel = channels[index];
    if (channel === general || channel === null || channel === undefined) return [];
    return room.people.slice(1).map((person) => ({ person, channel }));
  });
  await inParallel(joins, ({ person, channel }) => http.join(tokenOf(person), channel));
  return { users, channels };
}

function makeChannel(http: ParleyHttp, { people }: Room, index: number): Promise<string> {
  return http.createChannel(tokenOf(people[0] ?? 0), `room-${index}`);
}

const PARALLEL_REQUESTS = 64;

/** Results in the order of the items, with a bounded number of calls in flight. */
export async function inParallel<T, R>(items: readonly T[], run: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await run(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, worker));
  return results;
}

interface FrameFields {
  readonly person: number;
  readonly room: number;
  readonly fixture: Workload;
  readonly seeded: Seeded;
}

/** The template of the frame that posts as a person in a room; the load generator fills it in. */
export function postFrame({ person, room, fixture, seeded }: FrameFields): string {
  const channel = seeded.channels[room];
  const other = fixture.rooms[room]?.people.find((member) => member !== person) ?? person;
  const target = typeof channel === 'string' ? { channel } : { to: seeded.users[other] };
  const text = JSON.stringify({ type: 'send', ref: 0, ...target, id: messageId(), body: BODY });
  return text.replace('"ref":0', '"ref":1SSSSSS');
}
