import { decodeServerFrame, type ClientFrame, type ServerFrame, type UserRole } from '@parley/protocol';
import { settle, textsOfFrames, VirtualClock } from '@parley/testkit';
import { createLocalBus } from '#adapters/local-bus.ts';
import { createMemoryStore } from '#adapters/memory-store.ts';
import { createCore, type Core } from '#app.ts';
import type { Chat } from '#chat/chat.ts';
import type { IdentityState } from '#identity/authenticator.ts';
import type { Random } from '#ports/random.ts';
import type { Store } from '#ports/store.ts';
import type { UserRecord } from '#ports/users.ts';
import type { TransportHandlers } from '#realtime/socket/transport.ts';
import { nullLogger, nullMetrics } from './null-logger.ts';

/** One server's core in this process, over a virtual clock, with connections that are no sockets. */
export interface ChatFixture extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly core: Core;
  readonly chat: Chat;
  addUser(name: string, role?: UserRole): UserRecord;
  /** Connects a device of the user and waits for `ready`. */
  connect(user: UserRecord, clientId?: string): Promise<Device>;
}

export interface FixtureOptions {
  /** Puts something between the core and the store. */
  readonly wrapStore?: (store: Store) => Store;
  readonly rateLimits?: boolean;
  /** What has become of everyone's proof when a connection asks again; good by default. */
  readonly recheck?: () => IdentityState;
}

/** One connection and everything it was sent. */
export interface Device {
  readonly frames: ServerFrame[];
  /** The code the server closed it with; null while open. */
  closedWith: number | null;
  /** What waits in the socket's buffer; a reader that never reads makes it grow. */
  bufferedBytes: number;
  say(command: ClientFrame): Promise<void>;
  sayRaw(text: string): Promise<void>;
  received(): void;
  /** The peer goes away. */
  cut(): Promise<void>;
  /** Frames of one type. */
  of<T extends ServerFrame['type']>(type: T): Extract<ServerFrame, { type: T }>[];
}

export async function chatFixture(options: FixtureOptions = {}): Promise<ChatFixture> {
  const clock = new VirtualClock();
  const random = countingRandom();
  const memory = createMemoryStore({ random });
  const store = options.wrapStore?.(memory.store) ?? memory.store;
  const bus = createLocalBus(nullLogger);
  const core = await createCore({
    config: { rateLimits: options.rateLimits ?? false, maxConnectionsPerUser: 50 },
    store,
    users: memory.users,
    bus,
    clock,
    random,
    logger: nullLogger,
    metrics: nullMetrics,
    afterTurn: (task) => queueMicrotask(task),
  });
  let users = 0;
  return {
    clock,
    store,
    core,
    chat: core.chat,
    addUser(name, role = 'member') {
      users += 1;
      const user: UserRecord = { id: `u_${users}`, name, handle: name.toLowerCase(), role, suspended: false };
      memory.users.add(user);
      return user;
    },
    async connect(user, clientId = `client-of-${user.id}`) {
      const device = openDevice(core, { user, clientId, recheck: options.recheck ?? (() => 'good') });
      await settle();
      return device;
    },
    async [Symbol.asyncDispose]() {
      core.close();
      await bus.close();
      await store.close();
    },
  };
}

export interface Arrival {
  readonly user: UserRecord;
  readonly clientId: string;
  readonly recheck: () => IdentityState;
}

/** Connects at once; `ready` follows. */
export function openDevice(core: Core, { user, clientId, recheck }: Arrival): Device {
  let events: TransportHandlers | null = null;
  const device: Device = {
    frames: [],
    closedWith: null,
    bufferedBytes: 0,
    say: (command) => device.sayRaw(JSON.stringify(command)),
    async sayRaw(text) {
      events?.onText(text);
      await settle();
    },
    received: () => events?.onActivity(),
    async cut() {
      events?.onClose(1006);
      events = null;
      await settle();
    },
    of: (type) =>
      device.frames.filter((frame): frame is Extract<ServerFrame, { type: typeof type }> => frame.type === type),
  };
  const identity = { user, session: `s_${user.id}`, expiresAt: Number.MAX_SAFE_INTEGER };
  events = core.gateway.accept(
    { clientId, identity, address: '127.0.0.1', recheck: async () => recheck() },
    {
      write: (frames) => device.frames.push(...frames.flatMap(decodeFrames)),
      bufferedBytes: () => device.bufferedBytes,
      ping: () => undefined,
      close(code) {
        device.closedWith ??= code;
        queueMicrotask(() => {
          events?.onClose(code);
          events = null;
        });
      },
    },
  );
  return device;
}

function decodeFrames(bytes: Buffer): ServerFrame[] {
  return textsOfFrames(bytes).map((text) => {
    const frame = decodeServerFrame(text);
    if (frame === null) throw new Error('the server sent what no client understands');
    return frame;
  });
}

/** Ids that are different and the same in every run. */
export function countingRandom(): Random {
  let count = 0;
  return {
    fraction: () => 0.5,
    token() {
      count += 1;
      return `t${count}`;
    },
  };
}
