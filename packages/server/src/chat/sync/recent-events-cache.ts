import type { ChannelId, LogEvent } from '@parley/protocol';
import { MAX_CACHED_EVENT_CHARS, MAX_CACHED_EVENT_CHARS_PER_CHANNEL } from '#limits.ts';

/** Events in order without gaps, and their length: UTF-16 units of their JSON. */
export interface LogSegment {
  readonly events: readonly LogEvent[];
  readonly chars: number;
}

/** The events of one log after position `after`. */
interface CachedEvents extends LogSegment {
  readonly after: number;
}

/**
 * A cache of the ends of recently read logs: after an outage many clients ask for the same events within seconds.
 *
 * It needs no invalidation, on this node or another. An event never changes until a deletion erases its text, and a deletion
 * is an event too: cached events are exact if the store has no deletion after them. The caller reads those newer events
 * first.
 */
export class RecentEvents {
  /** In order of last use. */
  readonly #cached = new Map<ChannelId, CachedEvents>();
  #chars = 0;

  /** The cached events after a position, exact as of the last of them; null when there are none. */
  find(channel: ChannelId, after: number): LogSegment | null {
    const cached = this.#cached.get(channel);
    if (cached === undefined || after < cached.after || after >= endOf(cached)) return null;
    this.#cached.delete(channel);
    this.#cached.set(channel, cached);
    return { events: cached.events.slice(after - cached.after), chars: cached.chars };
  }

  /** Caches the events that the store has after `after`, all of them. Returns their length. */
  keep(channel: ChannelId, after: number, events: readonly LogEvent[]): number {
    const chars = charsOf(events);
    this.#replace(channel, { after, events, chars });
    return chars;
  }

  /** Appends to the cached events, which are still exact: none of the new events is a deletion. */
  extend(channel: ChannelId, after: number, events: readonly LogEvent[]): number {
    const cached = this.#cached.get(channel);
    // A concurrent read may have cached more.
    if (cached === undefined || endOf(cached) !== after) return charsOf(events);
    const chars = charsOf(events);
    const whole = { after: cached.after, events: [...cached.events, ...events], chars: cached.chars + chars };
    this.#replace(channel, whole.chars > MAX_CACHED_EVENT_CHARS_PER_CHANNEL ? { after, events, chars } : whole);
    return chars;
  }

  #replace(channel: ChannelId, cached: CachedEvents): void {
    this.#evict(channel);
    if (cached.events.length === 0 || cached.chars > MAX_CACHED_EVENT_CHARS_PER_CHANNEL) return;
    this.#cached.set(channel, cached);
    this.#chars += cached.chars;
    for (const oldest of this.#cached.keys()) {
      if (this.#chars <= MAX_CACHED_EVENT_CHARS) return;
      this.#evict(oldest);
    }
  }

  #evict(channel: ChannelId): void {
    this.#chars -= this.#cached.get(channel)?.chars ?? 0;
    this.#cached.delete(channel);
  }
}

function endOf({ after, events }: CachedEvents): number {
  return after + events.length;
}

function charsOf(events: readonly LogEvent[]): number {
  return events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
}
