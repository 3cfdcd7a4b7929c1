import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '#ports/store.ts';
import type { SqlStatement } from '../sql/statement.ts';
import { toError } from './sqlite-error.ts';
import type {
  StepResult,
  WorkerFailure,
  WorkerReply,
  WorkerRequest,
  WorkerSettings,
  WorkerStart,
} from './worker-messages.ts';

/** The maximum number of requests in flight. Further ones are rejected instead of queued. */
const MAX_REQUESTS = 50_000;
/** The maximum number of requests in a batch, and of batches in flight: one that the thread works on, and the next one. */
const MAX_BATCH = 64;
const MAX_BATCHES = 2;

const PROGRAM = new URL('worker.ts', import.meta.url);

interface Pending {
  readonly resolve: (results: readonly StepResult[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The main thread's side of one connection. Requests run in the order of the calls. A lone request is posted immediately;
 * the requests made while the thread is busy are posted as a batch, because each message between threads costs as much as
 * a small query.
 */
export class SqliteThread {
  /** Resolves with the reason when the thread ends without being closed, and never otherwise. */
  readonly failed: Promise<string>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  readonly #fail: (reason: string) => void;
  #waiting: WorkerRequest[] = [];
  #batches = 0;
  #lastId = 0;
  /** The reason why it accepts no more requests; null while it does. */
  #ended: string | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    const { promise, resolve } = Promise.withResolvers<string>();
    [this.failed, this.#fail] = [promise, resolve];
    worker.on('message', (replies: readonly WorkerReply[]) => this.#settle(replies));
    worker.on('error', (error: unknown) => this.#end(`the database thread failed: ${String(error)}`));
    this.#exited = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#end('the database thread stopped');
        resolve();
      });
    });
  }

  /** Starts the thread and opens its connection. Resolves with the failure when it cannot be opened. */
  static async open(settings: WorkerSettings, program = PROGRAM): Promise<SqliteThread | WorkerFailure> {
    // Without the flags of the process, which may apply to its main module only.
    const options = { workerData: settings, name: 'sqlite', execArgv: [] };
    const worker = new Worker(program, options);
    const start = await new Promise<WorkerStart>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    return start.opened ? new SqliteThread(worker) : start.failure;
  }

  /** Runs the steps one after the other. `inTransaction` states whether a transaction is already open. */
  run(steps: readonly SqlStatement[], { inTransaction }: { inTransaction: boolean }): Promise<readonly StepResult[]> {
    if (this.#ended !== null) return Promise.reject(new StoreUnavailable(this.#ended));
    if (this.#pending.size >= MAX_REQUESTS) return Promise.reject(new StoreUnavailable('the database is overloaded'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#waiting.push({ id, inTransaction, steps });
      if (this.#batches < MAX_BATCHES) this.#post();
    });
  }

  /** Lets what was asked before finish. */
  async close(): Promise<void> {
    if (this.#ended === null) {
      this.#ended = 'the store is closed';
      while (this.#waiting.length > 0) this.#post();
      this.#worker.postMessage('close');
    }
    await this.#exited;
  }

  #post(): void {
    this.#batches += 1;
    this.#worker.postMessage(this.#waiting.splice(0, MAX_BATCH));
  }

  #settle(replies: readonly WorkerReply[]): void {
    this.#batches -= 1;
    if (this.#waiting.length > 0) this.#post();
    for (const reply of replies) {
      const pending = this.#pending.get(reply.id);
      this.#pending.delete(reply.id);
      if ('results' in reply) pending?.resolve(reply.results);
      else pending?.reject(toError(reply.failure));
    }
  }

  #end(reason: string): void {
    if (this.#ended === null) this.#fail(reason);
    this.#ended ??= reason;
    for (const { reject } of this.#pending.values()) reject(new StoreUnavailable(reason));
    this.#pending.clear();
  }
}
