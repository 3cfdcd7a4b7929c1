import type { ChannelId, MessagePage } from '@parley/protocol';
import type { PagePosition, Replica } from '../channels/replica.ts';
import { type Command, isRefused, type Outcome, type Requests } from '../connection/requests.ts';
import type { Clock } from '../environment.ts';
import { firstSeq, lastSeq } from './message-window.ts';

const HISTORY_TIMEOUT_MS = 10_000;
/** After the first try; after each further one as much longer. */
const RETRY_MS = 1_000;
/** Then it has failed, as the user sees; the whole is asked for again all the same. */
const MAX_TRIES = 3;
/** At most so many `RETRY_MS` apart. */
const MAX_RETRY_FACTOR = 4;
/** Channels whose messages stay loaded; beyond it those not opened for longest are let go of. */
export const MAX_LOADED_CHANNELS = 20;

/** What is being loaded of a channel: everything anew, or a page at one end. Each may also have failed. */
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
  /** Runs a task of a timer, and tells readers of what it changed. */
  batch(task: () => void): void;
  /** Messages of this channel must stay. */
  isInUse(channel: ChannelId): boolean;
}

/** It was asked for, or will be. */
export function isLoading(load: LoadState | undefined): load is LoadState {
  return load !== undefined && load.state !== 'failed';
}

const NONE: LoadStates = {};

/** Asks for messages with `history`, and lets go of those that nobody looked at for long. */
export class HistoryLoader {
  readonly #deps: HistoryLoaderDeps;
  readonly #loads = new Map<ChannelId, LoadStates>();
  /** In the order in which they were opened, the latest last. */
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
    const isComing = isLoading(whole) && whole.position.name === 'around' && whole.position.seq === aroundSeq;
    if (!isLoaded && !isComing) this.#replaceWindow(id, { name: 'around', seq: aroundSeq });
  }

  /** Leaves messages that are detached from the end for the latest. */
  reattach(id: ChannelId): void {
    if (this.#deps.replica.find(id)?.window?.moreAfter === true) this.reload(id);
  }

  /** Drops what is loaded, and loads the latest messages. */
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

  /** On a new connection, or for a new channel: what was wanted, failed or had to be dropped is asked for. */
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
    // Once it has failed it stays so until it is there: a view that changes with every try would flicker.
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

  /** Unless it is final. A page at one end, which was scrolled for, a few times only: scrolling asks for it anew. */
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
