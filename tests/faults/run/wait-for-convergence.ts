import { setTimeout as sleep } from 'node:timers/promises';
import type { Timeline } from '@parley/client';
import type { Trial } from '../faults/fault.ts';
import { digestText } from '../history/digest-text.ts';
import type { SdkClient } from '../workload/sdk-client.ts';
import type { Reader } from './read-final-state.ts';

/** Beyond the longest back-off and the time-out of a send: who is not whole by then never will be. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 20;

export interface ConvergenceOptions {
  readonly reader: Reader;
  /** When the last fault ended, by `performance.now`. */
  readonly sinceMs: number;
  /** Users press *Try now* rather than wait for the back-off. */
  readonly reconnectImmediately: boolean;
}

/**
 * Waits, after the last fault, until every client program shows what is stored, and writes down how long each took, what
 * is stored and what it shows.
 */
export async function waitForConvergence(
  { workload, history }: Trial,
  { reader, sinceMs, reconnectImmediately }: ConvergenceOptions,
): Promise<void> {
  if (reconnectImmediately) for (const program of workload.programs) program.tryNow();
  await workload.rest();
  const watch = new Watch(workload.programs, sinceMs);
  let heads = await reader.heads();
  for (;;) {
    await watch.untilWhole(heads);
    const now = await reader.heads();
    // What a program still had to send, it may have sent meanwhile.
    if (isSame(heads, now) || watch.isOver()) break;
    heads = now;
  }
  await reader.readOn();
  for (const program of workload.programs) {
    history.note({ what: 'calm', client: program.parts.clientId, ...watch.timesOf(program) });
    noteShown(program);
  }
}

interface Times {
  readonly onlineMs: number | null;
  readonly drainedMs: number | null;
  readonly convergedMs: number | null;
}

/** Since when each program is online and whole without a break, and since when none has anything left to send. */
class Watch {
  readonly #programs: readonly SdkClient[];
  readonly #sinceMs: number;
  readonly #online = new Map<SdkClient, number>();
  readonly #whole = new Map<SdkClient, number>();
  #quietMs: number | null = null;

  constructor(programs: readonly SdkClient[], sinceMs: number) {
    this.#programs = programs;
    this.#sinceMs = sinceMs;
  }

  isOver(): boolean {
    return this.#nowMs() > PATIENCE_MS;
  }

  timesOf(program: SdkClient): Times {
    const [onlineMs, convergedMs] = [this.#online, this.#whole].map((since) => since.get(program) ?? null);
    return { onlineMs: onlineMs ?? null, drainedMs: this.#quietMs, convergedMs: convergedMs ?? null };
  }

  async untilWhole(heads: ReadonlyMap<string, number>): Promise<void> {
    for (;;) {
      this.#look(heads);
      if (this.#whole.size === this.#programs.length || this.isOver()) return;
      await sleep(LOOK_EVERY_MS);
    }
  }

  #look(heads: ReadonlyMap<string, number>): void {
    const nowMs = Math.round(this.#nowMs());
    for (const program of this.#programs) {
      keepSince(this.#online, program, { isSo: program.isOnline, nowMs });
      keepSince(this.#whole, program, { isSo: isWhole(program, heads), nowMs });
    }
    if (!this.#programs.every(hasNothingToSend)) this.#quietMs = null;
    else this.#quietMs ??= nowMs;
  }

  #nowMs(): number {
    return performance.now() - this.#sinceMs;
  }
}

function keepSince<K>(since: Map<K, number>, key: K, { isSo, nowMs }: { isSo: boolean; nowMs: number }): void {
  if (!isSo) since.delete(key);
  else if (!since.has(key)) since.set(key, nowMs);
}

/** It is connected, has heard everything up to these heads or further, and holds nothing that is still to be sent. */
function isWhole(program: SdkClient, heads: ReadonlyMap<string, number>): boolean {
  if (!program.isOnline || !hasNothingToSend(program)) return false;
  return program.parts.channels.every(({ id }) => {
    const lastSeq = program.client.channelOf(id)?.lastSeq ?? 0;
    return program.client.timeline(id).get().state === 'loaded' && lastSeq >= (heads.get(id) ?? 0);
  });
}

function hasNothingToSend(program: SdkClient): boolean {
  return program.parts.channels.every((channel) =>
    program.timeline(channel).messages.every(({ state, changing }) => state === 'sent' && !changing),
  );
}

function noteShown(program: SdkClient): void {
  const { history, clientId, channels } = program.parts;
  const failed = program.client.failures.get().flatMap(({ kind, message }) => (kind === 'send' ? [message] : []));
  for (const channel of channels) {
    const timeline = program.timeline(channel);
    history.note({ what: 'shown', client: clientId, channel: channel.id, ...shownOf(timeline), failed });
  }
}

function shownOf({ messages, moreBefore, moreAfter, state }: Timeline) {
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
