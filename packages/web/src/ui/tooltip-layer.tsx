import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { formatKeys } from './key-names.ts';

const DELAY_MS = 450;
/** For this long after a tooltip, the next one appears without delay. */
const SKIP_DELAY_MS = 400;
const GAP_PX = 6;
const MARGIN_PX = 8;

/** Shows the tooltip of the element that has the pointer or the keyboard focus, see `tip`. Once per page. */
export function TooltipLayer() {
  const [target, setTarget] = useState<HTMLElement | null>(null);
  useEffect(() => watchTargets(setTarget), []);
  const text = target?.dataset['tip'] ?? '';
  if (target === null || text === '') return null;
  const keys = target.dataset['tipKeys'];
  return createPortal(<Bubble target={target} text={text} keys={keys} />, document.body);
}

interface BubbleProps {
  readonly target: HTMLElement;
  readonly text: string;
  readonly keys: string | undefined;
}

function Bubble({ target, text, keys }: BubbleProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const bubble = ref.current;
    if (bubble !== null) positionBubble(bubble, target.getBoundingClientRect());
  });
  return (
    <div
      ref={ref}
      aria-hidden
      className="pointer-events-none fixed top-0 left-0 z-50 max-w-72 rounded-sm bg-ink px-2 py-1 text-small font-medium text-paper"
    >
      {text}
      {keys !== undefined && <span className="ml-2 opacity-70">{formatKeys(keys)}</span>}
    </div>
  );
}

/** Places the tooltip below its target, or above if there is no room, and always inside the window. */
function positionBubble(bubble: HTMLElement, target: DOMRect): void {
  const { width, height } = bubble.getBoundingClientRect();
  const below = target.bottom + GAP_PX;
  const top = below + height + MARGIN_PX > innerHeight ? target.top - GAP_PX - height : below;
  const left = target.left + target.width / 2 - width / 2;
  const right = innerWidth - width - MARGIN_PX;
  bubble.style.transform = `translate(${Math.round(Math.max(MARGIN_PX, Math.min(left, right)))}px, ${Math.round(top)}px)`;
}

function watchTargets(show: (target: HTMLElement | null) => void): () => void {
  const stop = new AbortController();
  const listen = { signal: stop.signal, capture: true, passive: true };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: HTMLElement | null = null;
  let hiddenAt = 0;

  const set = (target: HTMLElement | null): void => {
    if (shown !== null && target === null) hiddenAt = performance.now();
    shown = target;
    show(target);
  };
  const hide = (): void => {
    clearTimeout(timer);
    if (shown !== null) set(null);
  };
  const schedule = (target: HTMLElement | null, delayMs: number): void => {
    if (target === shown) return;
    hide();
    if (target === null || target.getAttribute('aria-expanded') === 'true') return;
    timer = setTimeout(() => target.isConnected && set(target), delayMs);
  };

  const over = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') return;
    schedule(tooltipTarget(event.target), performance.now() - hiddenAt < SKIP_DELAY_MS ? 0 : DELAY_MS);
  };
  const focused = (event: FocusEvent): void => {
    const target = tooltipTarget(event.target);
    if (target?.matches(':focus-visible') === true) schedule(target, DELAY_MS);
  };
  document.addEventListener('pointerover', over, listen);
  document.addEventListener('focusin', focused, listen);
  for (const type of ['pointerdown', 'keydown', 'focusout', 'scroll', 'pointerleave']) {
    document.addEventListener(type, hide, listen);
  }
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}

function tooltipTarget(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
}
