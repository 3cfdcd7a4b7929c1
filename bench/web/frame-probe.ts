/** Frames of the page's main thread over a time. */
export interface Frames {
  /** Milliseconds from each frame to the next. */
  readonly intervalsMs: readonly number[];
  /** Pixels of the timeline's view that no row covers, for each frame. */
  readonly blankPx: readonly number[];
  /** Most elements in the document at any time. */
  readonly elements: number;
}

export interface FrameProbe {
  /** Watches frames until `stop`. */
  watch(): void;
  stop(): Frames;
}

declare global {
  interface Window {
    parleyFrames: FrameProbe;
  }
}

/** Runs in the page after `installPressProbe`, and takes nothing from outside itself. */
export function installFrameProbe(): void {
  const nothing = { intervalsMs: [] as number[], blankPx: [] as number[], elements: 0 };
  let watched = nothing;

  /** How much of the view no row covers. Positions are read after a frame, so nothing has to be laid out for it. */
  function blankPx(): number {
    const log = document.querySelector<HTMLElement>('[role="log"]:not(.invisible)');
    const list = log?.lastElementChild;
    if (log === null || list === null || list === undefined) return 0;
    const view = log.getBoundingClientRect();
    // The virtual list hides a row until it has measured it.
    const rows = [...list.children].filter((row) => row instanceof HTMLElement && row.style.visibility !== 'hidden');
    const boxes = rows.map((row) => row.getBoundingClientRect()).toSorted((a, b) => a.top - b.top);
    // Few messages stand at the lower edge: what is above the list is meant to be empty.
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
    // The frame's own time, which all its callbacks share: when they are called varies by what runs before them.
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
