import { setTimeout as sleep } from 'node:timers/promises';
import { createParleyClient, type ParleyClient, type Timeline } from '@parley/client';
import type { SeededRandom } from '@parley/testkit';
import type { FixtureChannel } from './fixtures.ts';
import { recordedEnvironment, type Device } from './recorded-environment.ts';

export interface SdkClientOptions extends Device {
  readonly channels: readonly FixtureChannel[];
  readonly random: SeededRandom;
}

/**
 * A user who chats through the SDK like the web client: writes, edits, deletes, reads, and sometimes reloads the page.
 */
export class SdkClient {
  readonly options: SdkClientOptions;
  client: ParleyClient;
  #unwatch: (() => void)[] = [];
  #isWriting = false;
  #isOver = false;
  readonly #running: Promise<void>;

  constructor(options: SdkClientOptions) {
    this.options = options;
    this.client = this.#start();
    this.#running = this.#run();
  }

  get isOnline(): boolean {
    return this.client.status.get().name === 'online';
  }

  timeline(channel: FixtureChannel): Timeline {
    return this.client.timeline(channel.id).get();
  }

  write(): void {
    this.#isWriting = true;
  }

  /** Presses *Try now*. */
  tryNow(): void {
    this.client.reconnectNow();
  }

  pause(): void {
    this.#isWriting = false;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    await this.#end();
  }

  #start(): ParleyClient {
    const { clientId, channels } = this.options;
    const client = createParleyClient({ clientId, environment: recordedEnvironment(this.options) });
    client.connect();
    for (const { id } of channels) {
      client.open(id);
      this.#unwatch.push(client.timeline(id).subscribe(() => undefined)); // As if it were on screen.
    }
    return client;
  }

  async #end(): Promise<void> {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    await this.client.close();
  }

  async #run(): Promise<void> {
    const { random } = this.options;
    while (!this.#isOver) {
      if (this.#isWriting) await this.#operate();
      await sleep(random.between(20, 250));
    }
  }

  async #operate(): Promise<void> {
    const { random, channels } = this.options;
    const channel = random.pick(channels);
    // Before the first connection the SDK knows neither the user nor a channel to write in.
    if (channel === undefined || this.client.me.get() === null) return;
    const roll = random.fraction();
    if (roll < 0.7) this.#send(channel);
    else if (roll < 0.8) this.#edit(channel);
    else if (roll < 0.84) this.#delete(channel);
    else if (roll < 0.9) this.client.markRead(channel.id, this.client.channelOf(channel.id)?.lastSeq ?? 0);
    else if (roll < 0.97) this.client.composing(channel.id, random.chance(0.7));
    else if (roll < 0.985) await this.#reload();
    else this.#handleFailures();
  }

  #send(channel: FixtureChannel): void {
    const { clientId, random, history } = this.options;
    const id = this.client.send(channel.id, `${clientId} ${random.token(48)}`);
    history.note({ what: 'submitted', client: clientId, id });
  }

  #edit(channel: FixtureChannel): void {
    const id = this.#pickOwn(channel);
    const { clientId, random } = this.options;
    if (id !== null) this.client.edit(channel.id, id, `${clientId} edited ${random.token(48)}`);
  }

  #delete(channel: FixtureChannel): void {
    const id = this.#pickOwn(channel);
    if (id !== null) this.client.delete(channel.id, id);
  }

  /** Picks a message of this device: a repeated edit from another device could undo a later one from here. */
  #pickOwn(channel: FixtureChannel): string | null {
    const { user, random, clientId } = this.options;
    const own = this.timeline(channel).messages.filter(
      ({ by, deleted, state, body }) => by === user.id && !deleted && state === 'sent' && body.startsWith(clientId),
    );
    return random.pick(own.slice(-20))?.id ?? null;
  }

  /** Reloads the page, which restores its persisted operations. */
  async #reload(): Promise<void> {
    await this.#end();
    this.client = this.#start();
  }

  /** Retries or dismisses failed messages. Dismisses failed changes: a late repeat could undo another change. */
  #handleFailures(): void {
    const { random, history, clientId } = this.options;
    for (const { id, kind, message } of this.client.failures.get()) {
      if (kind === 'send' && random.chance(0.5)) this.client.retry(id);
      else {
        if (kind === 'send') history.note({ what: 'dismissed', client: clientId, id: message });
        this.client.dismiss(id);
      }
    }
  }
}
