import type { UserId } from '@parley/protocol';
import type { Replica } from '../channels/replica.ts';
import type { Reason } from '../connection/reasons.ts';
import type { Clock, Persistence } from '../environment.ts';
import { decodeOperation, encodeOperation, type Operation } from './operation.ts';
import type { Outbox } from './outbox.ts';

/** Storage that does not respond must not keep the user from sending. */
const LOAD_TIMEOUT_MS = 2_000;
/** An operation that was pending when its page closed fails if it is found later than this: sending it would surprise the user. */
const STALE_MS = 5 * 60_000;

export interface OutboxPersistenceDeps {
  readonly clock: Clock;
  readonly persistence: Persistence;
  readonly outbox: Outbox;
  readonly replica: Replica;
  batch(task: () => void): void;
  report(reason: Reason, detail: unknown): void;
}

/** `timed-out`: the stored operations may still arrive, but sending no longer waits for them. */
type Progress = 'loading' | 'timed-out' | 'loaded';

/** Stores the pending and failed operations of one user, and restores them. */
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

  /** The owner's stored operations are in the outbox, or too late to be sent first: sending may begin. */
  get isRestored(): boolean {
    return this.#progress !== 'loading';
  }

  /** Shows the stored operations before the server has sent who the user is. They are not sent until then. */
  async loadLastUser(): Promise<void> {
    const user = await this.#deps.persistence.lastUser().catch(this.#orElse(null));
    if (user !== null && this.#owner === null) await (this.#opening = this.#open(user));
  }

  /** The server has sent who the user is. The operations of another user are stored, not sent. */
  async setOwner(user: UserId): Promise<void> {
    if (this.#owner !== user) await (this.#opening = this.#open(user));
    await this.adopt();
  }

  /** Takes over and sends the operations of clients that no longer exist. No save runs before they have arrived. */
  async adopt(): Promise<void> {
    const user = this.#owner;
    if (user === null) return;
    this.#saving = this.#saving.then(async () => {
      this.#restore(user, await this.#deps.persistence.adopt(user).catch(this.#orElse([])));
    });
    await this.#saving;
  }

  /** Must be called after each change of the outbox. */
  changed(): void {
    if (this.#isSaveDue) return;
    this.#isSaveDue = true;
    this.#saving = this.#saving.then(() => this.#save());
  }

  /** Resolves once everything is saved. Waits for the load first, so that a save can't overwrite what it brings. */
  async flush(): Promise<void> {
    await this.#opening;
    await this.#saving;
  }

  async #open(user: UserId): Promise<void> {
    if (this.#owner !== null) {
      void this.#save();
      this.#deps.batch(() => this.#deps.outbox.clear());
    }
    this.#owner = user;
    this.#progress = 'loading';
    const stop = this.#deps.clock.after(LOAD_TIMEOUT_MS, () => this.#setReady(user, 'timed-out'));
    const entries = await this.#deps.persistence.load(user).catch(this.#orElse([]));
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
    this.#deps.batch(() => {
      this.#deps.outbox.restore(operations.map((operation) => failIfStale(operation, nowMs)));
      // A message that is already shown was stored, whatever its client knew when it closed.
      for (const { window } of this.#deps.replica.channels.values()) {
        this.#deps.outbox.confirm(new Set(window?.messages.map(({ id }) => id)));
      }
    });
  }

  #save(): Promise<void> {
    this.#isSaveDue = false;
    if (this.#owner === null || this.#progress !== 'loaded') return Promise.resolve();
    const entries = this.#deps.outbox.operations.filter(({ state }) => state.name !== 'stored').map(encodeOperation);
    const text = entries.join('\n');
    if (text === this.#saved) return Promise.resolve();
    this.#saved = text;
    return this.#deps.persistence.save(this.#owner, entries).catch(this.#orElse(undefined));
  }

  /** Handles a failure of storage: reports it and continues with `fallback`. */
  #orElse<const T>(fallback: T): (error: unknown) => T {
    return (error) => {
      this.#deps.report('storage-failed', error);
      return fallback;
    };
  }
}

function failIfStale(operation: Operation, nowMs: number): Operation {
  if (operation.state.name === 'failed' || nowMs - operation.atMs < STALE_MS) return operation;
  return { ...operation, state: { name: 'failed', reason: 'offline', failedAtMs: nowMs } };
}
