import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';
import type { FixtureChannel } from './fixtures.ts';
import type { RecordedSocket } from './recorded-socket.ts';
import type { User } from './user.ts';

/** Concurrent requests. */
const MAX_IN_FLIGHT = 6;
/** Own messages that may still be changed. */
const MAX_OWN = 20;

export interface RawClientOptions {
  readonly name: string;
  readonly user: User;
  readonly channels: readonly FixtureChannel[];
  readonly random: SeededRandom;
  /** Connects to some node, chosen for each connection. */
  readonly connect: (user: User, name: string) => Promise<RecordedSocket>;
}

interface Message {
  readonly channel: string;
  readonly id: string;
  readonly body: string;
}

/**
 * Writes without the SDK: sends several requests at once and reconnects immediately. Sends an unanswered message again
 * with the same id, or leaves its outcome unknown.
 */
export class RawClient {
  readonly #options: RawClientOptions;
  readonly #own: Message[] = [];
  readonly #unanswered: Message[] = [];
  #inFlight = 0;
  #isWriting = false;
  #isOver = false;
  #socket: RecordedSocket | null = null;
  readonly #running: Promise<void>;
  acked = 0;

  constructor(options: RawClientOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get isOnline(): boolean {
    return this.#socket?.isOpen === true;
  }

  write(): void {
    this.#isWriting = true;
  }

  /** Stops writing. Resolves when no request is in flight. */
  async pause(): Promise<void> {
    this.#isWriting = false;
    while (this.#inFlight > 0) await sleep(5);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#socket?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { random, connect, user, name } = this.#options;
    while (!this.#isOver) {
      this.#socket = await connect(user, name).catch(() => null);
      if (this.#isOver) this.#socket?.close();
      while (this.#socket?.isOpen === true) {
        if (this.#isWriting && this.#inFlight < MAX_IN_FLIGHT) this.#sendNext(this.#socket);
        await sleep(random.between(2, 60));
      }
      await sleep(random.between(20, 200));
    }
  }

  #sendNext(socket: RecordedSocket): void {
    const { random } = this.#options;
    const message = this.#unanswered.shift();
    if (message !== undefined) return void this.#send(socket, message);
    const own = random.pick(this.#own);
    if (own !== undefined && random.chance(0.12)) return void this.#change(socket, own);
    const channel = random.pick(this.#options.channels);
    if (channel === undefined) return;
    const body =
      `${this.#options.name} ${random.token(48)}${random.chance(0.05) ? ' '.padEnd(2_000, 'long ') : ''}`.trim();
    void this.#send(socket, { channel: channel.id, id: crypto.randomUUID(), body });
  }

  async #send(socket: RecordedSocket, message: Message): Promise<void> {
    const { channel, id, body } = message;
    const reply = await this.#ask(socket, { type: 'send', channel, id, body });
    if (reply?.type === 'ok') {
      this.acked += 1;
      this.#own.push(message);
      if (this.#own.length > MAX_OWN) this.#own.shift();
    } else if (mayBeRepeated(reply) && this.#options.random.chance(0.7)) this.#unanswered.push(message);
  }

  /** Never repeated: a late repeat could undo a change made in between. */
  async #change(socket: RecordedSocket, { channel, id }: Message): Promise<void> {
    const { random, name } = this.#options;
    if (random.chance(0.7)) {
      await this.#ask(socket, { type: 'edit', channel, id, body: `${name} edited ${random.token(48)}` });
      return;
    }
    const at = this.#own.findIndex((own) => own.id === id);
    this.#own.splice(at, at === -1 ? 0 : 1);
    await this.#ask(socket, { type: 'delete', channel, id });
  }

  async #ask(socket: RecordedSocket, command: object): Promise<Reply | null> {
    this.#inFlight += 1;
    try {
      return await socket.ask(command);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

function mayBeRepeated(reply: Reply | null): boolean {
  return reply === null || (reply.type === 'error' && (reply.code === 'unavailable' || reply.code === 'internal'));
}
