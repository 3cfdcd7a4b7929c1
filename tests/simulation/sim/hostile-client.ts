import type { UserRecord } from '@parley/server/testing';
import { Machine } from '@parley/testkit';
import type { Internet } from './client-tab.ts';
import type { Connection } from './connection.ts';
import type { Surroundings } from './context.ts';

/** A user's own program on the bare wire. It says what it likes, and what it hears is its own affair: the witness reads along. */
export class Intruder {
  readonly user: UserRecord;
  readonly connection: Connection;
  #lastRef = 0;
  readonly #machine: Machine;

  constructor(parts: {
    surroundings: Surroundings;
    internet: Internet;
    user: UserRecord;
    session: string;
    clientId: string;
  }) {
    const { surroundings, internet, user, session, clientId } = parts;
    this.user = user;
    this.#machine = new Machine(surroundings.clock);
    const handlers = { opened: () => undefined, received: () => undefined, closed: () => undefined };
    this.connection = internet.dial({ machine: this.#machine, user, session, clientId }, handlers);
  }

  get isUp(): boolean {
    return this.connection.isUp;
  }

  say(frame: object): void {
    this.#lastRef += 1;
    this.sayText(JSON.stringify({ ...frame, ref: this.#lastRef }));
  }

  sayText(text: string): void {
    this.connection.socket.send(text);
  }

  leave(): void {
    this.connection.socket.close();
  }
}
