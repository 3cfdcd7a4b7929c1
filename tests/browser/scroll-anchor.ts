import type { Page } from '@playwright/test';

/** Records the screen position of a message in every frame until `maxShiftPx` is called. */
export interface ScrollAnchor {
  /** Largest distance from the first position, in pixels. Infinite when the message left the document. */
  maxShiftPx(): Promise<number>;
}

/** Watches the topmost message in view, which is where a reader continues. */
export async function watchScrollAnchor(page: Page): Promise<ScrollAnchor> {
  const watched = await page.evaluateHandle(() => {
    const log = document.querySelector('[role="log"]');
    const top = log?.getBoundingClientRect().top ?? 0;
    const articles = [...(log?.querySelectorAll<HTMLElement>('article') ?? [])];
    const id = articles.find((article) => article.getBoundingClientRect().top > top)?.dataset['messageId'] ?? '';
    const positionPx = (): number => {
      const anchor = document.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
      return anchor === null ? Number.POSITIVE_INFINITY : anchor.getBoundingClientRect().top;
    };
    const state = { maxShiftPx: 0, stopped: false };
    const start = positionPx();
    // Measures between two frames: after the painted layout, before the next one.
    const measure = (): void => {
      state.maxShiftPx = Math.max(state.maxShiftPx, Math.abs(positionPx() - start));
      if (!state.stopped) requestAnimationFrame(() => setTimeout(measure));
    };
    measure();
    return state;
  });
  return {
    async maxShiftPx() {
      // A change already in progress is painted within a frame or two.
      await page.evaluate(async () => {
        for (let n = 0; n < 4; n += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      });
      return watched.evaluate((state) => {
        state.stopped = true;
        return state.maxShiftPx;
      });
    },
  };
}
