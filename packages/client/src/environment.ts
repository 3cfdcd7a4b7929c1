import type { User, UserId } from '@parley/protocol';

/** What the SDK needs from its environment. `@parley/client/browser` provides it for browsers. */
export interface ClientEnvironment {
  readonly socket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly persistence: Persistence;
  readonly network: NetworkHints;
  /** Sends a plain `GET` to the address of a socket that closed before it opened, to learn why the handshake failed. */
  readonly probeHandshake: (clientId: string) => Promise<HandshakeProbe>;
  readonly fetchUsers: (ids: readonly UserId[]) => Promise<readonly User[]>;
}

/** Opens a socket to `/ws/{clientId}` with the user's credentials. Called for each attempt. */
export type OpenSocket = (clientId: string, handlers: SocketHandlers) => Socket;

export interface SocketHandlers {
  readonly opened: () => void;
  readonly received: (text: string) => void;
  /** Called exactly once, also if the socket never opened. No other call follows. */
  readonly closed: (code: number) => void;
}

export interface Socket {
  send(text: string): void;
  /** Bytes passed to `send` that have not left yet. */
  bufferedBytes(): number;
  close(): void;
}

export interface Clock {
  /** Milliseconds since the epoch. Never goes back; may stand still, or jump ahead, when the machine sleeps. */
  now(): number;
  /** Runs `task` once, `delayMs` from now. Returns its undo. */
  after(delayMs: number, task: () => void): () => void;
}

export interface Random {
  /** 0 ≤ x < 1, for jitter. */
  fraction(): number;
  /** A unique id. Version 7 is best: ids of the same time share a prefix, which is cheaper to store. */
  uuid(): string;
}

/**
 * Stores a user's pending operations over a reload: a list of small texts per user and client. Any call may fail; the SDK
 * then continues without persistence.
 */
export interface Persistence {
  /** The user whose list this client saved last, unless it is empty. Shown before the server sends who the user is. */
  lastUser(): Promise<UserId | null>;
  /** This client's list for `user`, in the order in which it was saved. */
  load(user: UserId): Promise<readonly string[]>;
  /** Replaces this client's list for `user`. Calls take effect in order. */
  save(user: UserId, entries: readonly string[]): Promise<void>;
  /**
   * Moves the lists of `user` whose clients no longer exist to the end of this client's list, atomically, so that no two
   * clients get the same entry. Returns the moved entries.
   */
  adopt(user: UserId): Promise<readonly string[]>;
}

export interface NetworkHints {
  /** Calls `hint` when the network returns or the page becomes visible: the client then connects at once. Returns its undo. */
  onWake(hint: () => void): () => void;
}

export type HandshakeProbe =
  /** HTTP status and code of the protocol's handshake table. 426 means that a WebSocket handshake would be accepted. */
  | { readonly kind: 'answered'; readonly status: number; readonly code: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'unreachable' };
