import type { UserRecord } from '@parley/server/testing';
import { SimulatedProcess } from '@parley/testkit';
import type { Internet } from './client-tab.ts';
import type { Connection } from './connection.ts';
import type { SimContext } from './context.ts';

/**
 * A client without the SDK that sends arbitrary commands. It ignores what it receives; the frame monitor checks that.
 */
export class HostileClient {
  readonly user: UserRecord;
  readonly connection: Connection;
  #lastRef = 0;
  readonly #process: SimulatedProcess;

  constructor(deps: { context: SimContext; internet: Internet; user: UserRecord; session: string; clientId: string }) {
    const { context, internet, user, session, clientId } = deps;
    this.user = user;
    this.#process = new SimulatedProcess(context.clock);
    const handlers = { opened: () => undefined, received: () => undefined, closed: () => undefined };
    this.connection = internet.dial({ process: this.#process, user, session, clientId }, handlers);
  }

  get isUp(): boolean {
    return this.connection.isUp;
  }

  send(frame: object): void {
    this.#lastRef += 1;
    this.sendText(JSON.stringify({ ...frame, ref: this.#lastRef }));
  }

  sendText(text: string): void {
    this.connection.socket.send(text);
  }

  leave(): void {
    this.connection.socket.close();
  }
}
