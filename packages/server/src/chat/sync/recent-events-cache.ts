import type { ChannelId, LogEvent } from '@parley/protocol';
import { MAX_CACHED_EVENT_CHARS, MAX_CACHED_EVENT_CHARS_PER_CHANNEL } from '#limits.ts';

/** Events in order without a hole, and how long they are: UTF-16 units of their JSON. */
export interface LogSegment {
  readonly events: readonly LogEvent[];
  readonly chars: number;
}

/** Of one log: everything after position `after`. */
interface Kept extends LogSegment {
  readonly after: number;
}

/**
 * The ends of the logs that were asked for lately: after an outage a crowd asks for the same stretch within seconds.
 *
 * Nobody has to tell it of changes, on this node or another. An event stays as it is until a deletion takes its text, and a
 * deletion is an event as well: so a stretch is exact if what the store has beyond its end holds none. Whoever takes events
 * from here asks the store for those first.
 */
export class RecentEvents {
  /** The channel used last comes last. */
  readonly #kept = new Map<ChannelId, Kept>();
  #chars = 0;

  /** What is known after a position, exact as of its last event; null when nothing is. */
  find(channel: ChannelId, after: number): LogSegment | null {
    const kept = this.#kept.get(channel);
    if (kept === undefined || after < kept.after || after >= endOf(kept)) return null;
    this.#kept.delete(channel);
    this.#kept.set(channel, kept);
    return { events: kept.events.slice(after - kept.after), chars: kept.chars };
  }

  /** Takes in events that the store has just answered: all that it has after `after`. Returns how long they are. */
  keep(channel: ChannelId, after: number, events: readonly LogEvent[]): number {
    const chars = charsOf(events);
    this.#replace(channel, { after, events, chars });
    return chars;
  }

  /** The same, where what is known before `after` is exact still: no deletion is among the events. */
  extend(channel: ChannelId, after: number, events: readonly LogEvent[]): number {
    const kept = this.#kept.get(channel);
    // Others may have come first, with more of them.
    if (kept === undefined || endOf(kept) !== after) return charsOf(events);
    const chars = charsOf(events);
    const whole = { after: kept.after, events: [...kept.events, ...events], chars: kept.chars + chars };
    this.#replace(channel, whole.chars > MAX_CACHED_EVENT_CHARS_PER_CHANNEL ? { after, events, chars } : whole);
    return chars;
  }

  #replace(channel: ChannelId, kept: Kept): void {
    this.#forget(channel);
    if (kept.events.length === 0 || kept.chars > MAX_CACHED_EVENT_CHARS_PER_CHANNEL) return;
    this.#kept.set(channel, kept);
    this.#chars += kept.chars;
    for (const oldest of this.#kept.keys()) {
      if (this.#chars <= MAX_CACHED_EVENT_CHARS) return;
      this.#forget(oldest);
    }
  }

  #forget(channel: ChannelId): void {
    this.#chars -= this.#kept.get(channel)?.chars ?? 0;
    this.#kept.delete(channel);
  }
}

function endOf({ after, events }: Kept): number {
  return after + events.length;
}

function charsOf(events: readonly LogEvent[]): number {
  return events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
}
