/** Counts the commands that this node is running, over all of its connections. */
export class InFlightCommands {
  #count = 0;
  #isDraining = false;
  readonly #drained = Promise.withResolvers<void>();

  /** True once no command may start any more: a new one is ignored and gets no reply. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  start(): void {
    this.#count += 1;
  }

  /** Called after the reply was handed to the connection. */
  finish(): void {
    this.#count -= 1;
    if (this.#isDraining && this.#count === 0) this.#drained.resolve();
  }

  /** Lets no more commands start. Resolves when every command in flight has its reply. */
  drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#count === 0) this.#drained.resolve();
    return this.#drained.promise;
  }
}
