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

/** The core of one server in this process, over a virtual clock, with simulated connections. */
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
  /** Wraps the store that the core uses. */
  readonly wrapStore?: (store: Store) => Store;
  readonly rateLimits?: boolean;
  /** The state of every identity when a connection rechecks it; valid by default. */
  readonly recheck?: () => IdentityState;
}

/** One connection and every frame it was sent. */
export interface Device {
  readonly frames: ServerFrame[];
  /** The code the server closed it with; null while open. */
  closedWith: number | null;
  /** Bytes in the socket's buffer, which grows while the client does not read. */
  bufferedBytes: number;
  send(command: ClientFrame): Promise<void>;
  sendRaw(text: string): Promise<void>;
  noteActivity(): void;
  /** The client disconnects. */
  disconnect(): Promise<void>;
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
      const device = openDevice(core, { user, clientId, recheck: options.recheck ?? (() => 'valid') });
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

export interface DeviceOptions {
  readonly user: UserRecord;
  readonly clientId: string;
  readonly recheck: () => IdentityState;
}

/** Connects at once; `ready` follows. */
export function openDevice(core: Core, { user, clientId, recheck }: DeviceOptions): Device {
  let handlers: TransportHandlers | null = null;
  const device: Device = {
    frames: [],
    closedWith: null,
    bufferedBytes: 0,
    send: (command) => device.sendRaw(JSON.stringify(command)),
    async sendRaw(text) {
      handlers?.onText(text);
      await settle();
    },
    noteActivity: () => handlers?.onActivity(),
    async disconnect() {
      handlers?.onClose(1006);
      handlers = null;
      await settle();
    },
    of: (type) =>
      device.frames.filter((frame): frame is Extract<ServerFrame, { type: typeof type }> => frame.type === type),
  };
  const identity = { user, session: `s_${user.id}`, expiresAt: Number.MAX_SAFE_INTEGER };
  handlers = core.gateway.accept(
    { clientId, identity, address: '127.0.0.1', recheck: async () => recheck() },
    {
      write: (frames) => device.frames.push(...frames.flatMap(decodeFrames)),
      bufferedBytes: () => device.bufferedBytes,
      ping: () => undefined,
      close(code) {
        device.closedWith ??= code;
        queueMicrotask(() => {
          handlers?.onClose(code);
          handlers = null;
        });
      },
    },
  );
  return device;
}

function decodeFrames(bytes: Buffer): ServerFrame[] {
  return textsOfFrames(bytes).map((text) => {
    const frame = decodeServerFrame(text);
    if (frame === null) throw new Error('the server sent a frame that no client can decode');
    return frame;
  });
}

/** Ids that are unique, and equal in every run. */
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
