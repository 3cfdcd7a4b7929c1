import { type ChannelId, ERROR_POLICY, type MessagePage } from '@parley/protocol';
import type { Clock } from './ports.ts';
import type { PagePlace, Replica } from './replica.ts';
import type { Command, Outcome, Requests } from './requests.ts';
import { firstSeq, lastSeq } from './window.ts';

const HISTORY_TIMEOUT_MS = 10_000;
const RETRY_MS = 1_000;
const MAX_TRIES = 3;
/** Channels whose messages stay loaded; beyond it those not opened for longest are let go of. */
export const MAX_LOADED_CHANNELS = 20;

/** What is being loaded of a channel: everything anew, or a page at one end. Each may also have failed. */
export interface Loads {
  readonly whole?: Load;
  readonly before?: Load;
  readonly after?: Load;
}

interface Load {
  readonly place: PagePlace;
  readonly state: 'wanted' | 'asked' | 'failed';
  readonly tries: number;
}

type Part = keyof Loads;

export interface LoaderParts {
  readonly clock: Clock;
  readonly replica: Replica;
  readonly requests: Requests;
  readonly isLive: () => boolean;
  readonly loaded: (page: MessagePage) => void;
  readonly unloaded: (channel: ChannelId) => void;
  /** Runs a task of a timer, and tells readers of what it changed. */
  readonly action: (task: () => void) => void;
  /** Messages of this channel must stay. */
  readonly isInUse: (channel: ChannelId) => boolean;
}

const NONE: Loads = {};

/** Asks for messages with `history`, and lets go of those that nobody looked at for long. */
export class Loader {
  readonly #parts: LoaderParts;
  #loads: ReadonlyMap<ChannelId, Loads> = new Map();
  /** In the order in which they were opened, the latest last. */
  readonly #opened = new Set<ChannelId>();

  constructor(parts: LoaderParts) {
    this.#parts = parts;
  }

  loadsOf(id: ChannelId): Loads {
    return this.#loads.get(id) ?? NONE;
  }

  open(id: ChannelId, aroundSeq: number | null): void {
    this.#touch(id);
    const window = this.#parts.replica.find(id)?.window ?? null;
    const { whole } = this.loadsOf(id);
    if (aroundSeq === null) {
      if (window === null && (whole === undefined || whole.state === 'failed')) this.reload(id);
      return;
    }
    const reachesBack = window !== null && (!window.moreBefore || firstSeq(window) <= aroundSeq);
    const isHere = reachesBack && (!window.moreAfter || lastSeq(window) >= aroundSeq);
    const isComing = whole?.place.name === 'around' && whole.place.seq === aroundSeq && whole.state !== 'failed';
    if (!isHere && !isComing) this.#want(id, 'whole', { name: 'around', seq: aroundSeq });
  }

  /** Leaves messages that are detached from the end for the latest. */
  reattach(id: ChannelId): void {
    if (this.#parts.replica.find(id)?.window?.moreAfter === true) this.reload(id);
  }

  /** Drops what is loaded, and loads the latest messages. */
  reload(id: ChannelId): void {
    this.#want(id, 'whole', { name: 'latest' });
  }

  loadOlder(id: ChannelId): void {
    const window = this.#parts.replica.find(id)?.window;
    if (window?.moreBefore === true) this.#wantPage(id, 'before', firstSeq(window));
  }

  loadNewer(id: ChannelId): void {
    const window = this.#parts.replica.find(id)?.window;
    if (window?.moreAfter === true) this.#wantPage(id, 'after', lastSeq(window));
  }

  /** On a new connection, or for a new channel: what was wanted, failed or had to be dropped is asked for. */
  resume(id: ChannelId): void {
    const isBare = this.#parts.replica.find(id)?.window === null && this.loadsOf(id).whole === undefined;
    if (isBare && this.#opened.has(id)) return this.reload(id);
    for (const part of ['whole', 'before', 'after'] as const) {
      const load = this.loadsOf(id)[part];
      if (load !== undefined && load.state !== 'asked') this.#ask(id, part, { ...load, tries: 0 });
    }
  }

  forget(id: ChannelId): void {
    this.#opened.delete(id);
    this.#setAll(id, NONE);
  }

  #wantPage(id: ChannelId, part: 'before' | 'after', seq: number): void {
    const loads = this.loadsOf(id);
    const isComing = loads[part] !== undefined && loads[part].state !== 'failed';
    if (loads.whole === undefined && !isComing) this.#want(id, part, { name: part, seq });
  }

  #want(id: ChannelId, part: Part, place: PagePlace): void {
    if (part === 'whole') {
      this.#parts.replica.unload(id);
      this.#setAll(id, NONE);
    }
    this.#ask(id, part, { place, state: 'wanted', tries: 0 });
  }

  #ask(id: ChannelId, part: Part, load: Load): void {
    const isKnown = this.#parts.replica.find(id) !== null;
    if (!this.#parts.isLive() || !isKnown) return this.#set(id, part, { ...load, state: 'wanted' });
    const asked: Load = { place: load.place, state: 'asked', tries: load.tries + 1 };
    this.#set(id, part, asked);
    this.#parts.requests.ask(historyCommand(id, load.place), HISTORY_TIMEOUT_MS, (outcome) => {
      if (this.loadsOf(id)[part] === asked) this.#settle(id, part, { asked, outcome });
    });
  }

  #settle(id: ChannelId, part: Part, { asked, outcome }: { asked: Load; outcome: Outcome }): void {
    switch (outcome.type) {
      case 'messages':
        this.#set(id, part, undefined);
        if (this.#parts.replica.load(outcome, asked.place)) this.#parts.loaded(outcome);
        return;
      case 'lost':
        return this.#set(id, part, { ...asked, state: 'wanted' });
      case 'error':
        if (ERROR_POLICY[outcome.code].retry) return this.#tryAgain(id, part, asked);
        return this.#set(id, part, { ...asked, state: 'failed' });
      case 'timeout':
      case 'ok':
      case 'events':
      case 'reset':
      case 'pong':
        return this.#tryAgain(id, part, asked);
    }
  }

  #tryAgain(id: ChannelId, part: Part, asked: Load): void {
    if (asked.tries >= MAX_TRIES) return this.#set(id, part, { ...asked, state: 'failed' });
    const wanted: Load = { ...asked, state: 'wanted' };
    this.#set(id, part, wanted);
    this.#parts.clock.after(RETRY_MS * 2 ** (asked.tries - 1), () => {
      if (this.loadsOf(id)[part] === wanted) this.#parts.action(() => this.#ask(id, part, wanted));
    });
  }

  #set(id: ChannelId, part: Part, load: Load | undefined): void {
    const { [part]: _before, ...others } = this.loadsOf(id);
    this.#setAll(id, load === undefined ? others : { ...others, [part]: load });
  }

  #setAll(id: ChannelId, loads: Loads): void {
    const all = new Map(this.#loads);
    if (Object.keys(loads).length === 0) all.delete(id);
    else all.set(id, loads);
    this.#loads = all;
  }

  #touch(id: ChannelId): void {
    this.#opened.delete(id);
    this.#opened.add(id);
    const spare = [...this.#opened].filter((other) => other !== id && !this.#parts.isInUse(other));
    for (const other of spare.slice(0, Math.max(0, this.#opened.size - MAX_LOADED_CHANNELS))) {
      this.forget(other);
      this.#parts.replica.unload(other);
      this.#parts.unloaded(other);
    }
  }
}

function historyCommand(channel: ChannelId, place: PagePlace): Command {
  switch (place.name) {
    case 'latest':
      return { type: 'history', channel };
    case 'around':
      return { type: 'history', channel, around: place.seq };
    case 'before':
      return { type: 'history', channel, before: place.seq };
    case 'after':
      return { type: 'history', channel, after: place.seq };
  }
}
