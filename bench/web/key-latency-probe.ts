/** The expected effect of a press. */
export type Expected =
  /** The last message of the timeline has this text. */
  | { readonly kind: 'message'; readonly text: string }
  /** Messages of this channel are in view. */
  | { readonly kind: 'channel'; readonly name: string }
  /** Any next frame. */
  | { readonly kind: 'frame' };

export interface Painted {
  /** From the event's timestamp until the page hands a frame that shows the effect to the compositor. */
  readonly paintedMs: number;
  /** From the event's timestamp until its listeners have run. */
  readonly handledMs: number;
}

export interface KeyLatencyProbe {
  /** Waits for the next press of a key or the pointer. */
  arm(expected: Expected): void;
  /** The timing of the press after `arm`. */
  painted(): Promise<Painted>;
  /** The sum of layout shifts so far, including those right after a press. */
  shifts(): number;
}

declare global {
  interface Window {
    parleyPress: KeyLatencyProbe;
    /** Called from a frame callback: runs once style, layout and paint of this frame are done and the compositor has it. */
    parleyAfterThisFrame: (run: () => void) => void;
  }
}

/** Runs in the page before all other scripts. Must not reference anything outside itself. */
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
        // Runs last: React listens further inside, and has rendered by then.
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
