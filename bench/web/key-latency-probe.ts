/** What a press is to bring about. */
export type Expected =
  /** The last message of the timeline has this text. */
  | { readonly kind: 'message'; readonly text: string }
  /** Messages of this channel are in view. */
  | { readonly kind: 'channel'; readonly name: string }
  /** Whatever the page makes of it. */
  | { readonly kind: 'frame' };

export interface Painted {
  /** From the event's own time stamp until the page has handed a frame that shows it to the compositor. */
  readonly paintedMs: number;
  /** From the event's time stamp until its listeners are done. */
  readonly handledMs: number;
}

export interface KeyLatencyProbe {
  /** Waits for the next press of a key or the pointer. */
  arm(expected: Expected): void;
  /** How it went after `arm`. */
  painted(): Promise<Painted>;
  /** Sum of the layout shifts so far, also of those right after a press. */
  shifts(): number;
}

declare global {
  interface Window {
    parleyPress: KeyLatencyProbe;
    /** From a callback of a frame: runs when its style, layout and painting are done too, and the compositor has it. */
    parleyAfterThisFrame: (run: () => void) => void;
  }
}

/** Runs in the page before anything else, and takes nothing from outside itself. */
export function installKeyLatencyProbe(): void {
  let painted: Promise<Painted> | null = null;
  let shifted = 0;

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifted += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });

  window.parleyAfterThisFrame = (run) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', run, { once: true });
    port1.start();
    port2.postMessage(null);
  };

  function isShown(expected: Expected): boolean {
    if (expected.kind === 'frame') return true;
    const log = document.querySelector('[role="log"]:not(.invisible)');
    const last = [...(log?.querySelectorAll('article') ?? [])].at(-1);
    if (expected.kind === 'message') return last?.textContent.includes(expected.text) === true;
    return last !== undefined && log?.getAttribute('aria-label') === `Messages in ${expected.name}`;
  }

  function arm(expected: Expected): void {
    painted = new Promise((resolve) => {
      const onPress = ({ type, timeStamp }: Event): void => {
        for (const one of ['keydown', 'pointerdown']) removeEventListener(one, onPress, true);
        let handledMs = Number.NaN;
        // The last to hear of it: React listens further in, and has rendered by then.
        addEventListener(type, () => (handledMs = performance.now() - timeStamp), { once: true });
        const look = (): void => {
          if (isShown(expected)) resolve({ paintedMs: performance.now() - timeStamp, handledMs });
          else requestAnimationFrame(() => window.parleyAfterThisFrame(look));
        };
        requestAnimationFrame(() => window.parleyAfterThisFrame(look));
      };
      for (const type of ['keydown', 'pointerdown']) addEventListener(type, onPress, true);
    });
  }

  window.parleyPress = {
    arm,
    painted: () => painted ?? Promise.reject(new Error('not armed')),
    shifts: () => shifted,
  };
}
