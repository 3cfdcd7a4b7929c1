import { join } from 'node:path';
import type { Programs } from '../measure/build.ts';
import { CORES, startChild } from '../measure/child-process.ts';
import type { Client, Dialect } from '../measure/generator.ts';
import { BODY, messageId, roomsOf, type Target } from './target.ts';

/** A target without accounts and storage: it prints its port and has all state in memory. */
interface PlainOptions {
  readonly name: string;
  /** A script for Node, or an executable. */
  readonly run: { readonly script: string } | { readonly program: string };
  readonly dialect: Dialect;
  readonly pathFor: (rooms: readonly number[]) => string;
  readonly frameFor: (room: number) => string;
}

const READY_AFTER_UPGRADE: Dialect = { hello: null, ready: null };

/** The lower bound for a broadcast: C, epoll, only sockets. */
export function cEpoll({ broadcaster }: Programs): Target {
  return plain({
    name: 'C epoll',
    run: { program: broadcaster },
    dialect: READY_AFTER_UPGRADE,
    pathFor: ([room = 0]) => `/${room}`,
    frameFor: eventFrame,
  });
}

/** The lower bound in Node. */
export const nodeNet = plain({
  name: 'node:net',
  run: { script: 'node-net.ts' },
  dialect: READY_AFTER_UPGRADE,
  pathFor: ([room = 0]) => `/${room}`,
  frameFor: eventFrame,
});

export const wsLoop = plain({
  name: 'ws loop',
  run: { script: 'ws-loop.mjs' },
  dialect: READY_AFTER_UPGRADE,
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

/** Broadcasters forward frames unchanged, so they get an event of the size that Parley would send. */
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
