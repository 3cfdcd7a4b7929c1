import { setTimeout as sleep } from 'node:timers/promises';
import type { Timeline } from '@parley/client';
import type { Trial } from '../faults/fault.ts';
import { digestText } from '../history/digest-text.ts';
import type { SdkClient } from '../workload/sdk-client.ts';
import type { Reader } from './read-final-state.ts';

/** Exceeds the longest backoff plus the send timeout: a client that has not converged by then never will. */
const TIMEOUT_MS = 120_000;
const POLL_MS = 20;

export interface ConvergenceOptions {
  readonly reader: Reader;
  /** When the last fault ended, by `performance.now`. */
  readonly sinceMs: number;
  /** Users press *Try now* instead of waiting for the backoff. */
  readonly reconnectImmediately: boolean;
}

/**
 * Waits, after the last fault, until every SDK client shows what is stored. Records how long each took, what is stored
 * and what it shows.
 */
export async function waitForConvergence(
  { workload, history }: Trial,
  { reader, sinceMs, reconnectImmediately }: ConvergenceOptions,
): Promise<void> {
  if (reconnectImmediately) for (const sdkClient of workload.clients) sdkClient.tryNow();
  await workload.pause();
  const watch = new ConvergenceWatch(workload.clients, sinceMs);
  let heads = await reader.heads();
  for (;;) {
    await watch.untilConverged(heads);
    const now = await reader.heads();
    // A client may have sent pending messages in the meantime.
    if (isSame(heads, now) || watch.isOver()) break;
    heads = now;
  }
  await reader.readNew();
  for (const sdkClient of workload.clients) {
    history.note({ what: 'converged', client: sdkClient.options.clientId, ...watch.timesOf(sdkClient) });
    noteClientView(sdkClient);
  }
}

interface Times {
  readonly onlineMs: number | null;
  readonly drainedMs: number | null;
  readonly convergedMs: number | null;
}

/**
 * Measures since when each client has been online and converged, and since when no client has anything left to send.
 */
class ConvergenceWatch {
  readonly #clients: readonly SdkClient[];
  readonly #sinceMs: number;
  readonly #online = new Map<SdkClient, number>();
  readonly #converged = new Map<SdkClient, number>();
  #drainedMs: number | null = null;

  constructor(clients: readonly SdkClient[], sinceMs: number) {
    this.#clients = clients;
    this.#sinceMs = sinceMs;
  }

  isOver(): boolean {
    return this.#nowMs() > TIMEOUT_MS;
  }

  timesOf(sdkClient: SdkClient): Times {
    const [onlineMs, convergedMs] = [this.#online, this.#converged].map((since) => since.get(sdkClient) ?? null);
    return { onlineMs: onlineMs ?? null, drainedMs: this.#drainedMs, convergedMs: convergedMs ?? null };
  }

  async untilConverged(heads: ReadonlyMap<string, number>): Promise<void> {
    for (;;) {
      this.#poll(heads);
      if (this.#converged.size === this.#clients.length || this.isOver()) return;
      await sleep(POLL_MS);
    }
  }

  #poll(heads: ReadonlyMap<string, number>): void {
    const nowMs = Math.round(this.#nowMs());
    for (const sdkClient of this.#clients) {
      keepSince(this.#online, sdkClient, { isSo: sdkClient.isOnline, nowMs });
      keepSince(this.#converged, sdkClient, { isSo: isConverged(sdkClient, heads), nowMs });
    }
    if (!this.#clients.every(hasNothingToSend)) this.#drainedMs = null;
    else this.#drainedMs ??= nowMs;
  }

  #nowMs(): number {
    return performance.now() - this.#sinceMs;
  }
}

function keepSince<K>(since: Map<K, number>, key: K, { isSo, nowMs }: { isSo: boolean; nowMs: number }): void {
  if (!isSo) since.delete(key);
  else if (!since.has(key)) since.set(key, nowMs);
}

/** The client is connected, has received every event up to these heads, and has nothing left to send. */
function isConverged(sdkClient: SdkClient, heads: ReadonlyMap<string, number>): boolean {
  if (!sdkClient.isOnline || !hasNothingToSend(sdkClient)) return false;
  return sdkClient.options.channels.every(({ id }) => {
    const lastSeq = sdkClient.client.channelOf(id)?.lastSeq ?? 0;
    return sdkClient.client.timeline(id).get().state === 'loaded' && lastSeq >= (heads.get(id) ?? 0);
  });
}

function hasNothingToSend(sdkClient: SdkClient): boolean {
  return sdkClient.options.channels.every((channel) =>
    sdkClient.timeline(channel).messages.every(({ state, changing }) => state === 'sent' && !changing),
  );
}

function noteClientView(sdkClient: SdkClient): void {
  const { history, clientId, channels } = sdkClient.options;
  const failed = sdkClient.client.failures.get().flatMap(({ kind, message }) => (kind === 'send' ? [message] : []));
  for (const channel of channels) {
    const timeline = sdkClient.timeline(channel);
    history.note({ what: 'client-view', client: clientId, channel: channel.id, ...clientViewOf(timeline), failed });
  }
}

function clientViewOf({ messages, moreBefore, moreAfter, state }: Timeline) {
  const sent = messages.filter((message) => message.state === 'sent' && !moreAfter);
  return {
    messages: sent.map(({ id, seq, body, deleted }) => ({
      id,
      seq: seq ?? 0,
      text: deleted ? null : digestText(body),
    })),
    pending: messages.flatMap((message) => (message.state === 'pending' || message.changing ? [message.id] : [])),
    fromStart: state === 'loaded' && !moreBefore,
  };
}

function isSame(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([channel, head]) => other.get(channel) === head);
}
