import { createParleyClient, type Diagnostic, type ParleyClient, type Timeline } from '@parley/client';
import type { User, UserId } from '@parley/protocol';
import { FakeServer } from './fake-server.ts';
import { FakeStorage } from './fake-storage.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A fake server and its clients, under one virtual clock. */
export class ClientFixture implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly server = new FakeServer(this.clock);
  readonly storage = new FakeStorage();
  readonly random: SeededRandom;
  /** The diagnostics of all clients, in order. */
  readonly diagnostics: Diagnostic[] = [];
  /** The ids of each `fetchUsers` call. */
  readonly lookups: (readonly UserId[])[] = [];
  readonly #clients: ParleyClient[] = [];
  readonly #wakeHandlers = new Set<() => void>();

  constructor(seed = 1) {
    this.random = new SeededRandom(seed);
  }

  /** A client that has not connected yet. */
  client(user: UserId, clientId = `${user}-tab-1`): ParleyClient {
    const client = createParleyClient({
      clientId,
      onDiagnostic: (diagnostic) => this.diagnostics.push(diagnostic),
      environment: {
        clock: this.clock,
        random: this.random,
        persistence: this.storage.for(clientId),
        socket: this.server.openSocket(user),
        probeHandshake: () => this.server.probeHandshake(),
        fetchUsers: (ids) => this.#fetchUsers(ids),
        network: {
          onWake: (hint) => {
            this.#wakeHandlers.add(hint);
            return () => this.#wakeHandlers.delete(hint);
          },
        },
      },
    });
    this.#clients.push(client);
    return client;
  }

  /** A client that is online. */
  async online(user: UserId, clientId?: string): Promise<ParleyClient> {
    const client = this.client(user, clientId);
    client.connect();
    await this.clock.advance(100);
    return client;
  }

  /** The network returns, or the page becomes visible. */
  wake(): void {
    for (const hint of this.#wakeHandlers) hint();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.close();
  }

  async #fetchUsers(ids: readonly UserId[]): Promise<readonly User[]> {
    this.lookups.push(ids);
    await new Promise<void>((resolve) => this.clock.after(this.server.latencyMs, resolve));
    return ids.flatMap((id) => this.server.users.get(id) ?? []);
  }
}

/** The texts of a timeline: `?` before an unconfirmed message, `~` for a tombstone. */
export function shown({ messages }: Timeline): readonly string[] {
  return messages.map(({ state, deleted, body }) => `${state === 'pending' ? '?' : ''}${deleted ? '~' : body}`);
}
