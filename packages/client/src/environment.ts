import type { User, UserId } from '@parley/protocol';

/** What the SDK needs of its surroundings. `@parley/client/browser` has all of it for browsers. */
export interface ClientEnvironment {
  readonly socket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly persistence: Persistence;
  readonly network: NetworkHints;
  /** Why was the handshake refused? Asked after a socket that closed without opening: the plain `GET` of its address. */
  readonly probeHandshake: (clientId: string) => Promise<HandshakeProbe>;
  readonly fetchUsers: (ids: readonly UserId[]) => Promise<readonly User[]>;
}

/** Opens a socket to `/ws/{clientId}`, with whatever proves the user. Called for each attempt. */
export type OpenSocket = (clientId: string, handlers: SocketHandlers) => Socket;

export interface SocketHandlers {
  readonly opened: () => void;
  readonly received: (text: string) => void;
  /** Exactly once, also when it never opened. Nothing follows. */
  readonly closed: (code: number) => void;
}

export interface Socket {
  send(text: string): void;
  /** Bytes handed over but not yet sent. */
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
  /** Different from every other; best if those of one time begin alike (version 7), which is cheaper to store. */
  uuid(): string;
}

/**
 * Keeps what a user wrote and the server has not got yet, over a reload: per user and client a list of small texts.
 * Any call may fail: the SDK goes on without.
 */
export interface Persistence {
  /** Whose list this client saved last, while it is not empty: shown before the server has said who the user is. */
  lastUser(): Promise<UserId | null>;
  /** This client's list for `user`, in the order in which it was saved. */
  load(user: UserId): Promise<readonly string[]>;
  /** Replaces this client's list for `user`. Calls are carried out in order. */
  save(user: UserId, entries: readonly string[]): Promise<void>;
  /**
   * Moves what clients that are gone left behind for `user` to the end of this client's list, in one step, so that no
   * two clients get the same entry. Answers what was moved.
   */
  adopt(user: UserId): Promise<readonly string[]>;
}

export interface NetworkHints {
  /** Calls `hint` when the network came back or the page became visible: worth trying at once. Returns its undo. */
  onWake(hint: () => void): () => void;
}

export type HandshakeProbe =
  /** HTTP status and code of the protocol's handshake table; 426 means that it would be accepted. */
  | { readonly kind: 'answered'; readonly status: number; readonly code: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'unreachable' };
