import { join } from 'node:path';
import type { Programs } from '../measure/build.ts';
import { CORES, startChild } from '../measure/child-process.ts';
import type { Client, Dialect } from '../measure/generator.ts';
import { BODY, messageId, roomsOf, type Target } from './target.ts';

/** A contender without accounts and storage: it is started, prints its port, and holds everything in memory. */
interface PlainOptions {
  readonly name: string;
  /** A script for Node, or a program of its own. */
  readonly run: { readonly script: string } | { readonly program: string };
  readonly dialect: Dialect;
  readonly pathFor: (rooms: readonly number[]) => string;
  readonly frameFor: (room: number) => string;
}

const NO_GREETING: Dialect = { hello: null, ready: null };

/** How little a broadcast can cost: C, epoll, nothing but sockets. */
export function cEpoll({ broadcaster }: Programs): Target {
  return plain({
    name: 'C epoll',
    run: { program: broadcaster },
    dialect: NO_GREETING,
    pathFor: ([room = 0]) => `/${room}`,
    frameFor: eventFrame,
  });
}

/** How little it can cost in Node. */
export const nodeNet = plain({
  name: 'node:net',
  run: { script: 'node-net.ts' },
  dialect: NO_GREETING,
  pathFor: ([room = 0]) => `/${room}`,
  frameFor: eventFrame,
});

export const wsLoop = plain({
  name: 'ws loop',
  run: { script: 'ws-loop.mjs' },
  dialect: NO_GREETING,
  pathFor: (rooms) => `/?rooms=${rooms.join(',')}`,
  frameFor: (room) => JSON.stringify(command(room)),
});

export const socketIo = plain({
  name: 'Socket.IO',
  run: { script: 'socket-io.mjs' },
  dialect: { hello: '40', ready: '40{' },
  pathFor: (rooms) => `/socket.io/?EIO=4&transport=websocket&rooms=${rooms.join(',')}`,
  frameFor: (room) => `42${JSON.stringify(['send', command(room)])}`,
});

function plain(options: PlainOptions): Target {
  return {
    name: options.name,
    async start(fixture, { env = {}, nodeArgs = [] } = {}) {
      const child = startChild({ ...commandOf(options, nodeArgs), env, core: CORES.server });
      const port = Number(await child.nextLine());
      return {
        child,
        port,
        dialect: options.dialect,
        clients: roomsOf(fixture).map((rooms): Client => ({ path: options.pathFor(rooms), token: '-' })),
        frameFor: (_person, room) => options.frameFor(room),
        [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
      };
    },
  };
}

function commandOf({ run }: PlainOptions, nodeArgs: readonly string[]): { command: string; args: string[] } {
  if ('program' in run) return { command: run.program, args: [] };
  return { command: process.execPath, args: [...nodeArgs, join(import.meta.dirname, run.script)] };
}

function command(room: number): object {
  return { type: 'send', channel: String(room), id: messageId(), body: BODY };
}

/** Broadcasters pass on what they get, so they get what Parley would make of it: as many bytes on the wire. */
function eventFrame(): string {
  const by = `u_${'0'.repeat(24)}`;
  const channel = `c_${'0'.repeat(16)}`;
  return JSON.stringify({
    type: 'message',
    message: { id: messageId(), body: BODY },
    channel,
    seq: 1,
    at: Date.now(),
    by,
  });
}
