import { useParley } from '@parley/react';
import { useEffect, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { bannerState, type BannerState, NO_OUTAGE, nextOutage } from './banner-state.ts';

const TICK_MS = 250;

/**
 * Shows a lost connection in a thin bar below the header. It lies over the page, so that nothing moves when it appears.
 * The element is always in the document, because screen readers only announce changes of known live regions.
 */
export function Banner() {
  const parley = useParley();
  const state = useBannerState();
  return (
    <output className="absolute inset-x-0 top-(--header-height) z-10 md:left-(--sidebar-width)">
      {state.name !== 'hidden' && (
        <div
          data-banner
          className={classNames(
            'flex h-8 items-center justify-center gap-3 border-b border-line text-secondary font-medium',
            state.name === 'restored' ? 'bg-accent-soft text-accent' : 'bg-mention text-ink',
          )}
        >
          <BannerText state={state} />
          {state.name === 'countdown' && (
            <button
              type="button"
              onClick={() => parley.reconnectNow()}
              className="rounded-sm px-1.5 text-accent underline-offset-2 hover:underline touch:min-h-8 touch:px-3"
            >
              Try now
            </button>
          )}
        </div>
      )}
    </output>
  );
}

function BannerText({ state }: { readonly state: Exclude<BannerState, { name: 'hidden' }> }) {
  if (state.name === 'restored') return 'Back online';
  const progress = state.isFirst ? 'Connecting' : 'Reconnecting';
  if (state.name === 'reconnecting' || state.seconds === null) return `${progress}…`;
  return (
    <span className="tabular">
      {progress}
      {/* Hidden from screen readers, which would announce every second. */}
      <span aria-hidden> in {state.seconds} s</span>
    </span>
  );
}

function useBannerState(): BannerState {
  const { status } = useParley();
  const [state, setState] = useState<BannerState>({ name: 'hidden' });

  useEffect(() => {
    let outage = nextOutage(NO_OUTAGE, status.get(), Date.now());
    const show = (): void => {
      const next = bannerState(outage, status.get(), Date.now());
      setState((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    const unsubscribe = status.subscribe(() => {
      outage = nextOutage(outage, status.get(), Date.now());
      show();
    });
    const timer = setInterval(show, TICK_MS);
    return () => {
      unsubscribe();
      clearInterval(timer);
    };
  }, [status]);

  return state;
}
