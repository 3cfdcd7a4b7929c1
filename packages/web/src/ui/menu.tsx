import { type ReactNode, type Ref, Suspense, useRef, useState } from 'react';
import { lazyWithRetry } from '../lib/lazy.ts';
import type { MenuEntry } from './menu-entry.ts';

export interface MenuTriggerProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly onClick: () => void;
  readonly 'aria-haspopup': 'menu';
  readonly 'aria-expanded': boolean;
}

interface MenuProps {
  /** The accessible name of the menu. */
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** Above the entries, not selectable. */
  readonly head?: ReactNode;
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom' | 'right';
  /** Renders the trigger with the given props. */
  readonly renderTrigger: (props: MenuTriggerProps) => ReactNode;
  readonly onOpenChange?: (open: boolean) => void;
}

// The popup (positions, focus, typeahead) is as large as React, so it is loaded after the first paint.
const MenuPopup = lazyWithRetry(async () => (await import('./menu-popup.tsx')).MenuPopup);

/** A button that opens a list of actions. */
export function Menu({ renderTrigger, onOpenChange, ...popup }: MenuProps) {
  const [state, setState] = useState<'closed' | 'open' | 'closing'>('closed');
  const anchor = useRef<HTMLButtonElement>(null);
  const setOpen = (open: boolean): void => {
    setState(open ? 'open' : 'closing');
    onOpenChange?.(open);
  };
  return (
    <>
      {renderTrigger({
        ref: anchor,
        onClick: () => setOpen(state !== 'open'),
        'aria-haspopup': 'menu',
        'aria-expanded': state === 'open',
      })}
      {state !== 'closed' && (
        <Suspense fallback={null}>
          <MenuPopup
            {...popup}
            anchor={anchor}
            open={state === 'open'}
            onOpenChange={setOpen}
            onClosed={() => setState('closed')}
          />
        </Suspense>
      )}
    </>
  );
}
