/** Frames of the page's main thread over a period. */
export interface Frames {
  /** Milliseconds between consecutive frames. */
  readonly intervalsMs: readonly number[];
  /** Pixels of the timeline's view that no row covers, per frame. */
  readonly blankPx: readonly number[];
  /** The largest number of elements in the document. */
  readonly elements: number;
}

export interface FrameProbe {
  /** Records frames until `stop`. */
  watch(): void;
  stop(): Frames;
}

declare global {
  interface Window {
    parleyFrames: FrameProbe;
  }
}

/** Runs in the page after `installKeyLatencyProbe`. Must not reference anything outside itself. */
export function installFrameProbe(): void {
  const nothing = { intervalsMs: [] as number[], blankPx: [] as number[], elements: 0 };
  let watched = nothing;

  /** Height of the view that no row covers. Reads positions after a frame, so that reading forces no layout. */
  function blankPx(): number {
    const log = document.querySelector<HTMLElement>('[role="log"]:not(.invisible)');
    const list = log?.lastElementChild;
    if (log === null || list === null || list === undefined) return 0;
    const view = log.getBoundingClientRect();
    // The virtual list hides a row until it is measured.
    const rows = [...list.children].filter((row) => row instanceof HTMLElement && row.style.visibility !== 'hidden');
    const boxes = rows.map((row) => row.getBoundingClientRect()).toSorted((a, b) => a.top - b.top);
    // A short list is aligned to the lower edge: the space above it is intended.
    let covered = Math.max(view.top, list.getBoundingClientRect().top);
    let blank = 0;
    for (const { top, bottom } of boxes) {
      blank += Math.max(0, Math.min(top, view.bottom) - covered);
      covered = Math.max(covered, Math.min(bottom, view.bottom));
    }
    return blank + view.bottom - covered;
  }

  function watch(): void {
    const mine = { intervalsMs: [] as number[], blankPx: [] as number[], elements: 0 };
    watched = mine;
    let lastMs: number | null = null;
    // Uses the frame's timestamp, which all callbacks of a frame share. The time of the call depends on earlier callbacks.
    const next = (frameMs: number): void => {
      if (watched !== mine) return;
      if (lastMs !== null) mine.intervalsMs.push(frameMs - lastMs);
      lastMs = frameMs;
      requestAnimationFrame(next);
      window.parleyAfterThisFrame(() => {
        mine.blankPx.push(blankPx());
        const isTenth = mine.blankPx.length % 10 === 1;
        if (isTenth) mine.elements = Math.max(mine.elements, document.querySelectorAll('*').length);
      });
    };
    requestAnimationFrame(next);
  }

  window.parleyFrames = {
    watch,
    stop() {
      const seen = watched;
      watched = nothing;
      return seen;
    },
  };
}
