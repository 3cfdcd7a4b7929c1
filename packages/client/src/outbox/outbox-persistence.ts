import type { UserId } from '@parley/protocol';
import type { Replica } from '../channels/replica.ts';
import type { Clock, Persistence } from '../environment.ts';
import { decodeOperation, encodeOperation, type Operation } from './operation.ts';
import type { Outbox } from './outbox.ts';

/** Storage that does not answer must not keep the user from sending. */
const LOAD_TIMEOUT_MS = 2_000;
/** What was still pending when the page went, and is found again later than this, is not sent behind the user's back: it fails. */
const STALE_MS = 5 * 60_000;

export interface OutboxPersistenceDeps {
  readonly clock: Clock;
  readonly persistence: Persistence;
  readonly outbox: Outbox;
  readonly replica: Replica;
  batch(task: () => void): void;
}

/** `late`: what was kept is still to come, but nobody waits for it any longer. */
type Progress = 'loading' | 'timed-out' | 'loaded';

/** Keeps one user's pending and failed operations in persistence, and brings them back. */
export class OutboxPersistence {
  readonly #deps: OutboxPersistenceDeps;
  #owner: UserId | null = null;
  #progress: Progress = 'loading';
  #saved = '';
  #saving: Promise<void> = Promise.resolve();
  #isSaveDue = false;
  #opening: Promise<void> = Promise.resolve();

  constructor(deps: OutboxPersistenceDeps) {
    this.#deps = deps;
  }

  get owner(): UserId | null {
    return this.#owner;
  }

  /** What was kept for the owner is in the outbox, or too late to be first: sending may begin. */
  get isRestored(): boolean {
    return this.#progress !== 'loading';
  }

  /** Shows what was left behind before the server has said who the user is. Nothing is sent before that. */
  async loadLastUser(): Promise<void> {
    const user = await this.#deps.persistence.lastUser().catch(() => null);
    if (user !== null && this.#owner === null) await (this.#opening = this.#open(user));
  }

  /** The server said who the user is. Another user's operations are put away, not sent. */
  async setOwner(user: UserId): Promise<void> {
    if (this.#owner !== user) await (this.#opening = this.#open(user));
    await this.adopt();
  }

  /** Takes over what clients that are gone left behind, and sends it. Nothing is saved over it before it has come. */
  async adopt(): Promise<void> {
    const user = this.#owner;
    if (user === null) return;
    this.#saving = this.#saving.then(async () => {
      this.#restore(user, await this.#deps.persistence.adopt(user).catch(() => []));
    });
    await this.#saving;
  }

  /** To be called after each change of the outbox. */
  changed(): void {
    if (this.#isSaveDue) return;
    this.#isSaveDue = true;
    this.#saving = this.#saving.then(() => this.#save());
  }

  /** Resolves when everything is saved: not before what was kept has come, which must not be overwritten. */
  async flush(): Promise<void> {
    await this.#opening;
    await this.#saving;
  }

  async #open(user: UserId): Promise<void> {
    const { outbox, clock, persistence } = this.#deps;
    if (this.#owner !== null) {
      void this.#save();
      this.#deps.batch(() => outbox.clear());
    }
    this.#owner = user;
    this.#progress = 'loading';
    const stop = clock.after(LOAD_TIMEOUT_MS, () => this.#setReady(user, 'timed-out'));
    const entries = await persistence.load(user).catch(() => []);
    stop();
    this.#saved = entries.join('\n');
    this.#restore(user, entries);
    this.#setReady(user, 'loaded');
  }

  #setReady(user: UserId, progress: Progress): void {
    if (this.#owner !== user) return;
    this.#progress = progress;
    this.changed();
    this.#deps.batch(() => this.#deps.outbox.pump());
  }

  #restore(user: UserId, entries: readonly string[]): void {
    if (this.#owner !== user || entries.length === 0) return;
    const nowMs = this.#deps.clock.now();
    const operations = entries.map((entry) => decodeOperation(entry, nowMs)).filter((one) => one !== null);
    const { outbox, replica } = this.#deps;
    this.#deps.batch(() => {
      outbox.restore(operations.map((operation) => failIfStale(operation, nowMs)));
      // What is shown already was stored, whatever the client that left it behind thought.
      for (const { window } of replica.channels.values()) outbox.confirm(new Set(window?.messages.map(({ id }) => id)));
    });
  }

  #save(): Promise<void> {
    this.#isSaveDue = false;
    if (this.#owner === null || this.#progress !== 'loaded') return Promise.resolve();
    const entries = this.#deps.outbox.operations.filter(({ state }) => state.name !== 'stored').map(encodeOperation);
    const text = entries.join('\n');
    if (text === this.#saved) return Promise.resolve();
    this.#saved = text;
    return this.#deps.persistence.save(this.#owner, entries).catch(() => undefined);
  }
}

function failIfStale(operation: Operation, nowMs: number): Operation {
  if (operation.state.name === 'failed' || nowMs - operation.atMs < STALE_MS) return operation;
  return { ...operation, state: { name: 'failed', reason: 'offline', failedAtMs: nowMs } };
}
