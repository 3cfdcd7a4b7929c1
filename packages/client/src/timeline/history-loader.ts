import type { ChannelId, MessagePage } from '@parley/protocol';
import type { PagePosition, Replica } from '../channels/replica.ts';
import { type Command, isRefused, type Outcome, type Requests } from '../connection/requests.ts';
import type { Clock } from '../environment.ts';
import { firstSeq, lastSeq } from './message-window.ts';

const HISTORY_TIMEOUT_MS = 10_000;
/** The delay after the first attempt; it grows by the same amount with each further one. */
const RETRY_MS = 1_000;
/** After these the user sees a failure. A whole window is requested again nevertheless. */
const MAX_TRIES = 3;
/** The longest delay, in multiples of `RETRY_MS`. */
const MAX_RETRY_FACTOR = 4;
/** The number of channels whose messages stay loaded; beyond it the one opened least recently is unloaded. */
export const MAX_LOADED_CHANNELS = 20;

/** The loads of a channel: a whole new window, or a page at one end. Each may also have failed. */
export type LoadStates = { readonly [P in Part]?: LoadState };
type Part = 'whole' | 'before' | 'after';

interface LoadState {
  readonly position: PagePosition;
  readonly state: 'pending' | 'requested' | 'failed';
  readonly tries: number;
}

export interface HistoryLoaderDeps {
  readonly clock: Clock;
  readonly replica: Replica;
  readonly requests: Requests;
  readonly timelines: { refresh(channel: ChannelId): void };
  readonly connection: { readonly isOnline: boolean };
  pageLoaded(page: MessagePage): void;
  /** Runs the task of a timer, then notifies subscribers of its changes. */
  batch(task: () => void): void;
  /** The messages of this channel must stay loaded. */
  isInUse(channel: ChannelId): boolean;
}

/** The load is requested, or will be. */
export function isLoading(load: LoadState | undefined): load is LoadState {
  return load !== undefined && load.state !== 'failed';
}

const NONE: LoadStates = {};

/** Loads messages with `history`, and unloads the channels that were opened least recently. */
export class HistoryLoader {
  readonly #deps: HistoryLoaderDeps;
  readonly #loads = new Map<ChannelId, LoadStates>();
  /** In the order of opening, the latest last. */
  readonly #opened = new Set<ChannelId>();

  constructor(deps: HistoryLoaderDeps) {
    this.#deps = deps;
  }

  loadsOf(id: ChannelId): LoadStates {
    return this.#loads.get(id) ?? NONE;
  }

  open(id: ChannelId, aroundSeq: number | null): void {
    this.#markOpened(id);
    const window = this.#deps.replica.find(id)?.window ?? null;
    const { whole } = this.loadsOf(id);
    if (aroundSeq === null) {
      if (window === null && !isLoading(whole)) this.reload(id);
      return;
    }
    const reachesBack = window !== null && (!window.moreBefore || firstSeq(window) <= aroundSeq);
    const isLoaded = reachesBack && (!window.moreAfter || lastSeq(window) >= aroundSeq);
    const isRequested = isLoading(whole) && whole.position.name === 'around' && whole.position.seq === aroundSeq;
    if (!isLoaded && !isRequested) this.#replaceWindow(id, { name: 'around', seq: aroundSeq });
  }

  /** Replaces a window that is detached from the end with the latest messages. */
  reattach(id: ChannelId): void {
    if (this.#deps.replica.find(id)?.window?.moreAfter === true) this.reload(id);
  }

  /** Replaces the window with the latest messages. */
  reload(id: ChannelId): void {
    this.#replaceWindow(id, { name: 'latest' });
  }

  loadOlder(id: ChannelId): void {
    const window = this.#deps.replica.find(id)?.window;
    if (window?.moreBefore === true) this.#loadPage(id, { name: 'before', seq: firstSeq(window) });
  }

  loadNewer(id: ChannelId): void {
    const window = this.#deps.replica.find(id)?.window;
    if (window?.moreAfter === true) this.#loadPage(id, { name: 'after', seq: lastSeq(window) });
  }

  /** On a new connection, or for a new channel: requests what is pending, has failed or had to be dropped. */
  resume(id: ChannelId): void {
    const isBare = this.#deps.replica.find(id)?.window === null && this.loadsOf(id).whole === undefined;
    if (isBare && this.#opened.has(id)) return this.reload(id);
    for (const load of Object.values(this.loadsOf(id))) {
      if (load.state !== 'requested') this.#request(id, load.position);
    }
  }

  forget(id: ChannelId): void {
    this.#opened.delete(id);
    this.#loads.delete(id);
  }

  #replaceWindow(id: ChannelId, position: PagePosition): void {
    this.#deps.replica.unload(id);
    this.#loads.delete(id);
    this.#request(id, position);
  }

  #loadPage(id: ChannelId, position: PagePosition): void {
    const { whole, [partOf(position)]: page } = this.loadsOf(id);
    if (whole === undefined && !isLoading(page)) this.#request(id, position);
  }

  #request(id: ChannelId, position: PagePosition, tries = 0): void {
    const isPossible = this.#deps.connection.isOnline && this.#deps.replica.find(id) !== null;
    // A failed load stays failed until it succeeds: a view that changes with each attempt would flicker.
    const state = !isPossible ? 'pending' : tries < MAX_TRIES ? 'requested' : 'failed';
    const load: LoadState = { position, state, tries: tries + 1 };
    this.#set(id, load);
    if (!isPossible) return;
    this.#deps.requests.send(historyCommand(id, position), HISTORY_TIMEOUT_MS, (outcome) => {
      if (this.#isCurrent(id, load)) this.#settle(id, load, outcome);
    });
  }

  #settle(id: ChannelId, load: LoadState, outcome: Outcome): void {
    if (outcome.type === 'messages') {
      const { [partOf(load.position)]: _done, ...others } = this.loadsOf(id);
      this.#loads.set(id, others);
      if (this.#deps.replica.load(outcome, load.position)) this.#deps.pageLoaded(outcome);
    } else if (outcome.type === 'disconnected') {
      this.#set(id, { ...load, state: 'pending' });
    } else {
      this.#retryLater(id, load, isRefused(outcome));
    }
  }

  /** Retries unless the failure is final. A page at one end is retried a few times only: scrolling requests it again. */
  #retryLater(id: ChannelId, load: LoadState, isFinal: boolean): void {
    const hasFailed = isFinal || load.tries >= MAX_TRIES;
    const waiting: LoadState = { ...load, state: hasFailed ? 'failed' : 'pending' };
    this.#set(id, waiting);
    if (isFinal || (hasFailed && partOf(load.position) !== 'whole')) return;
    this.#deps.clock.after(RETRY_MS * Math.min(load.tries, MAX_RETRY_FACTOR), () => {
      if (this.#isCurrent(id, waiting)) this.#deps.batch(() => this.#request(id, load.position, load.tries));
    });
  }

  #isCurrent(id: ChannelId, load: LoadState): boolean {
    return this.loadsOf(id)[partOf(load.position)] === load;
  }

  #set(id: ChannelId, load: LoadState): void {
    this.#loads.set(id, { ...this.loadsOf(id), [partOf(load.position)]: load });
  }

  #markOpened(id: ChannelId): void {
    this.#opened.delete(id);
    this.#opened.add(id);
    const spare = [...this.#opened].filter((other) => other !== id && !this.#deps.isInUse(other));
    for (const other of spare.slice(0, Math.max(0, this.#opened.size - MAX_LOADED_CHANNELS))) {
      this.forget(other);
      this.#deps.replica.unload(other);
      this.#deps.timelines.refresh(other);
    }
  }
}

function partOf(position: PagePosition): Part {
  return position.name === 'before' || position.name === 'after' ? position.name : 'whole';
}

function historyCommand(channel: ChannelId, position: PagePosition): Command {
  return { type: 'history', channel, ...(position.name === 'latest' ? {} : { [position.name]: position.seq }) };
}
