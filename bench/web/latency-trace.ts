import type { CDPSession } from '@playwright/test';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  /** Microseconds. */
  readonly ts: number;
  readonly id2?: { readonly local?: string };
  readonly args?: { readonly event_latency?: { readonly event_type?: string } };
}

/**
 * Measures the time between a key press and the presentation of the frame that shows its effect, as Chromium records it:
 * `EventLatency`, from the event's creation in the browser process to the presentation of the frame. The Event Timing API
 * reports the same, rounded to 8 ms. Returns one value per press, in milliseconds.
 */
export async function traceKeys(cdp: CDPSession, press: () => Promise<void>): Promise<number[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: object[] }): void => void events.push(...(value as TraceEvent[]));
  cdp.on('Tracing.dataCollected', collect);
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['input.scrolling'], excludedCategories: ['*'] },
  });
  await press();
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  cdp.off('Tracing.dataCollected', collect);
  return latenciesMs(events);
}

/** A key that types a character causes two consecutive events. The press ends when both have ended. */
const SAME_KEY_US = 10_000;

function latenciesMs(events: readonly TraceEvent[]): number[] {
  const keys: { readonly beganUs: number; endedUs: number }[] = [];
  const unfinished = new Map<string, (typeof keys)[number]>();
  for (const { name, ph, ts, id2, args } of events.toSorted((a, b) => a.ts - b.ts)) {
    const id = id2?.local;
    if (name !== 'EventLatency' || id === undefined) continue;
    if (ph === 'b' && args?.event_latency?.event_type === 'KEY_PRESSED') {
      const last = keys.at(-1);
      const key = last !== undefined && ts - last.beganUs < SAME_KEY_US ? last : { beganUs: ts, endedUs: ts };
      if (key !== last) keys.push(key);
      unfinished.set(id, key);
    } else if (ph === 'e') {
      const key = unfinished.get(id);
      unfinished.delete(id);
      if (key !== undefined) key.endedUs = Math.max(key.endedUs, ts);
    }
  }
  return keys.map(({ beganUs, endedUs }) => (endedUs - beganUs) / 1_000);
}
