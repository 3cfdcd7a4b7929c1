import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@parley/testkit';
import type { ChannelPlan } from './fixtures.ts';
import type { Reply, Wire } from './recorded-socket.ts';
import type { Person } from './user.ts';

/** Requests on their way at once. */
const MAX_DEPTH = 6;
/** Messages of one's own that may still be changed. */
const MAX_OWN = 20;

export interface RawSenderParts {
  readonly name: string;
  readonly person: Person;
  readonly channels: readonly ChannelPlan[];
  readonly dice: SeededRandom;
  /** Some node, chosen anew for each connection. */
  readonly connect: (person: Person, name: string) => Promise<Wire>;
}

interface Message {
  readonly channel: string;
  readonly id: string;
  readonly body: string;
}

/**
 * Writes without the SDK: several requests on their way at once, back at once when the connection ends, and what was not
 * answered is sent again with the same id, or left in doubt.
 */
export class RawSender {
  readonly #parts: RawSenderParts;
  readonly #own: Message[] = [];
  readonly #doubtful: Message[] = [];
  #onTheirWay = 0;
  #isWriting = false;
  #isOver = false;
  #wire: Wire | null = null;
  readonly #running: Promise<void>;
  acked = 0;

  constructor(parts: RawSenderParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  get isOnline(): boolean {
    return this.#wire?.isOpen === true;
  }

  write(): void {
    this.#isWriting = true;
  }

  /** Resolves when nothing that it sent is still to be answered. */
  async rest(): Promise<void> {
    this.#isWriting = false;
    while (this.#onTheirWay > 0) await sleep(5);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#wire?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { dice, connect, person, name } = this.#parts;
    while (!this.#isOver) {
      this.#wire = await connect(person, name).catch(() => null);
      if (this.#isOver) this.#wire?.close();
      while (this.#wire?.isOpen === true) {
        if (this.#isWriting && this.#onTheirWay < MAX_DEPTH) this.#say(this.#wire);
        await sleep(dice.between(2, 60));
      }
      await sleep(dice.between(20, 200));
    }
  }

  #say(wire: Wire): void {
    const { dice } = this.#parts;
    const doubtful = this.#doubtful.shift();
    if (doubtful !== undefined) return void this.#send(wire, doubtful);
    const own = dice.pick(this.#own);
    if (own !== undefined && dice.chance(0.12)) return void this.#change(wire, own);
    const channel = dice.pick(this.#parts.channels);
    if (channel === undefined) return;
    const body = `${this.#parts.name} ${dice.token(48)}${dice.chance(0.05) ? ' '.padEnd(2_000, 'long ') : ''}`.trim();
    void this.#send(wire, { channel: channel.id, id: crypto.randomUUID(), body });
  }

  async #send(wire: Wire, message: Message): Promise<void> {
    const { channel, id, body } = message;
    const reply = await this.#ask(wire, { type: 'send', channel, id, body });
    if (reply?.type === 'ok') {
      this.acked += 1;
      this.#own.push(message);
      if (this.#own.length > MAX_OWN) this.#own.shift();
    } else if (mayBeRepeated(reply) && this.#parts.dice.chance(0.7)) this.#doubtful.push(message);
  }

  /** Once: what is repeated later could undo a change that was made in between. */
  async #change(wire: Wire, { channel, id }: Message): Promise<void> {
    const { dice, name } = this.#parts;
    if (dice.chance(0.7)) {
      await this.#ask(wire, { type: 'edit', channel, id, body: `${name} edited ${dice.token(48)}` });
      return;
    }
    const at = this.#own.findIndex((own) => own.id === id);
    this.#own.splice(at, at === -1 ? 0 : 1);
    await this.#ask(wire, { type: 'delete', channel, id });
  }

  async #ask(wire: Wire, command: object): Promise<Reply | null> {
    this.#onTheirWay += 1;
    try {
      return await wire.ask(command);
    } finally {
      this.#onTheirWay -= 1;
    }
  }
}

function mayBeRepeated(reply: Reply | null): boolean {
  return reply === null || (reply.type === 'error' && (reply.code === 'unavailable' || reply.code === 'internal'));
}
