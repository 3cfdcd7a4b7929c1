/** The commands that a node is carrying out, over all of its connections. */
export class InFlightCommands {
  #count = 0;
  #isOver = false;
  readonly #settled = Promise.withResolvers<void>();

  /** Nothing new is begun: what is said now gets no answer, and changes nothing. */
  get isDraining(): boolean {
    return this.#isOver;
  }

  start(): void {
    this.#count += 1;
  }

  /** After the answer was handed to the connection. */
  finish(): void {
    this.#count -= 1;
    if (this.#isOver && this.#count === 0) this.#settled.resolve();
  }

  /** From now on `isOver`. Resolves when everything that was begun has its answer. */
  drain(): Promise<void> {
    this.#isOver = true;
    if (this.#count === 0) this.#settled.resolve();
    return this.#settled.promise;
  }
}
