import type { Page } from '@playwright/test';

/** Where a message stands on the screen, in every frame, from now until `moved` is asked. */
export interface ScrollAnchor {
  /** The most it has been away from where it was, in pixels; infinite when it was gone. */
  moved(): Promise<number>;
}

/** Watches the topmost message in view, which is what somebody reads on from. */
export async function watchReadingLine(page: Page): Promise<ScrollAnchor> {
  const watched = await page.evaluateHandle(() => {
    const log = document.querySelector('[role="log"]');
    const top = log?.getBoundingClientRect().top ?? 0;
    const articles = [...(log?.querySelectorAll<HTMLElement>('article') ?? [])];
    const id = articles.find((article) => article.getBoundingClientRect().top > top)?.dataset['messageId'] ?? '';
    const place = (): number => {
      const line = document.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
      return line === null ? Number.POSITIVE_INFINITY : line.getBoundingClientRect().top;
    };
    const state = { moved: 0, stopped: false };
    const start = place();
    // Between two frames: after the layout that was painted, before the next.
    const look = (): void => {
      state.moved = Math.max(state.moved, Math.abs(place() - start));
      if (!state.stopped) requestAnimationFrame(() => setTimeout(look));
    };
    look();
    return state;
  });
  return {
    async moved() {
      // What was under way shows in a frame or two.
      await page.evaluate(async () => {
        for (let n = 0; n < 4; n += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      });
      return watched.evaluate((state) => {
        state.stopped = true;
        return state.moved;
      });
    },
  };
}
