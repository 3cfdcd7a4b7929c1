import type { ChannelId } from '@parley/protocol';
import type { ConnectionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Connection } from '../connection/connection.ts';
import { FlushThrottle } from './flush-throttle.ts';

/** One frame for a whole channel, encoded once. */
export interface ChannelFrame {
  readonly bytes: Buffer;
  /** Its position in the log; undefined for a frame that is not part of it. */
  readonly seq: number | undefined;
  /** The connection that does not get it. */
  readonly except: ConnectionId | undefined;
}

export interface WriteBatchesDeps {
  readonly clock: Pick<Clock, 'elapsed' | 'after'>;
  /** Runs a task after everything that this turn of the event loop produces. */
  readonly afterTurn: (task: () => void) => void;
}

type Subscribers = ReadonlyMap<ChannelId, ReadonlySet<Connection>>;

/**
 * Collects the frames of each channel during a turn of the event loop and writes them at its end: one write per socket,
 * whatever the number of frames and channels.
 */
export class WriteBatches {
  readonly #afterTurn: WriteBatchesDeps['afterTurn'];
  readonly #clock: WriteBatchesDeps['clock'];
  readonly #subscribers: Subscribers;
  readonly #throttle: FlushThrottle;
  readonly #batches = new Map<ChannelId, ChannelFrame[]>();
  #dirty: Connection[] = [];
  #isScheduled = false;

  constructor({ afterTurn, clock }: WriteBatchesDeps, subscribers: Subscribers) {
    this.#afterTurn = afterTurn;
    this.#clock = clock;
    this.#subscribers = subscribers;
    this.#throttle = new FlushThrottle(clock);
  }

  add(channel: ChannelId, frame: ChannelFrame): void {
    const batch = this.#batches.get(channel);
    if (batch === undefined) this.#batches.set(channel, [frame]);
    else batch.push(frame);
    this.#schedule();
  }

  /** The connection has something to write. */
  markDirty(connection: Connection): void {
    this.#dirty.push(connection);
    this.#schedule();
  }

  /** Hands a channel's batch to its present subscribers. Must be called before they change. */
  flushChannel(channel: ChannelId, isImmediate = false): void {
    const batch = this.#batches.get(channel);
    if (batch === undefined) return;
    this.#batches.delete(channel);
    const shared = join(batch);
    const excluded = excludedConnections(batch);
    for (const connection of this.#subscribers.get(channel) ?? []) {
      if (connection.isInitializing) bufferFrames(connection, channel, batch);
      else if (excluded?.has(connection.id)) writeOwn(connection, batch);
      else if (isImmediate) connection.writeNow(shared, batch.length);
      else connection.writeShared(shared, batch.length);
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#afterTurn(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    const isThrottled = this.#throttle.isActive(() => this.#schedule());
    const startedMs = this.#clock.elapsed();
    const hasBatched = !isThrottled && this.#flushBatches();
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
    if (hasBatched) this.#throttle.start(this.#clock.elapsed() - startedMs);
  }

  /** Returns whether any channel had several frames. */
  #flushBatches(): boolean {
    // The bytes of a single channel go straight to the sockets; those of several are collected into one write each.
    const isOnly = this.#batches.size === 1;
    let hasBatched = false;
    for (const [channel, batch] of this.#batches) {
      hasBatched ||= batch.length > 1;
      this.flushChannel(channel, isOnly);
    }
    return hasBatched;
  }
}

function join(batch: readonly ChannelFrame[]): Buffer {
  const [first] = batch;
  return batch.length === 1 && first !== undefined ? first.bytes : Buffer.concat(batch.map(({ bytes }) => bytes));
}

/** Null for a batch that every subscriber gets: the usual case, in which no connection id has to be looked up. */
function excludedConnections(batch: readonly ChannelFrame[]): ReadonlySet<ConnectionId> | null {
  const excluded = batch.flatMap(({ except }) => (except === undefined ? [] : [except]));
  return excluded.length === 0 ? null : new Set(excluded);
}

function bufferFrames(connection: Connection, channel: ChannelId, batch: readonly ChannelFrame[]): void {
  for (const { bytes, seq, except } of batch) {
    if (except !== connection.id) connection.write({ bytes, channel, ...(seq === undefined ? {} : { seq }) });
  }
}

function writeOwn(connection: Connection, batch: readonly ChannelFrame[]): void {
  const own = batch.filter(({ except }) => except !== connection.id);
  if (own.length > 0) connection.writeShared(join(own), own.length);
}
