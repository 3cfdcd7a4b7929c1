import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { createContext, type ReactNode, type RefObject, useCallback, useContext, useRef, useState } from 'react';
import { focusComposer } from '../lib/composer-focus.ts';
import { isTouchDevice } from '../lib/use-media.ts';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';

const WIDTHS = { small: 'md:max-w-sm', medium: 'md:max-w-lg', large: 'md:max-w-3xl' } as const;

interface DialogProps {
  readonly title: string;
  /** Below the title. */
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Buttons that stay at the lower edge while the content scrolls. */
  readonly footer?: ReactNode;
  readonly width?: keyof typeof WIDTHS;
  /** Always as tall as possible, so that filtering a list moves nothing. */
  readonly tall?: boolean;
  /** `none`: the title is for screen readers only, and the content has no padding. */
  readonly frame?: 'titled' | 'none';
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** Called after the exit animation. The caller has to unmount the dialog. */
  readonly onClosed: () => void;
}

const Close = createContext<() => void>(() => {});

/** Closes the surrounding dialog with its animation. */
export const useCloseDialog = (): (() => void) => useContext(Close);

/** A modal dialog, full screen on phones. It opens on mount, and closing it focuses the composer. */
export function Dialog(props: DialogProps) {
  const { frame = 'titled', initialFocus, onClosed } = props;
  const [open, setOpen] = useState(true);
  const popup = useRef<HTMLDivElement>(null);
  const close = useCallback(() => setOpen(false), []);
  return (
    <Base.Root open={open} onOpenChange={setOpen} onOpenChangeComplete={(next) => !next && onClosed()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-backdrop transition-opacity duration-calm data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-30 flex justify-center md:items-start md:px-6 md:pt-[min(12vh,7rem)] md:pb-6">
          <Base.Popup
            ref={popup}
            initialFocus={initialFocus ?? (() => firstField(popup.current))}
            finalFocus={restoreFocus}
            className={popupClass(props)}
          >
            <Close value={close}>
              {frame === 'none' ? <Base.Title className="sr-only">{props.title}</Base.Title> : <Head {...props} />}
              <div className={classNames('min-h-0 flex-1', frame === 'titled' && 'overflow-y-auto px-5 pb-5')}>
                {props.children}
              </div>
              {props.footer !== undefined && (
                <div className="flex shrink-0 justify-end gap-2 px-5 pb-4">{props.footer}</div>
              )}
            </Close>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

function Head({ title, description }: DialogProps) {
  return (
    <div className="flex shrink-0 items-start gap-3 pt-4 pr-3 pb-3 pl-5">
      <div className="min-w-0 flex-1 py-1">
        <Base.Title className="text-heading font-semibold">{title}</Base.Title>
        {description !== undefined && (
          <Base.Description className="mt-0.5 text-secondary text-muted">{description}</Base.Description>
        )}
      </div>
      <Base.Close render={<IconButton label="Close" keys="Esc" icon={<X size={18} />} />} />
    </div>
  );
}

function popupClass({ width = 'medium', tall = false }: DialogProps): string {
  return classNames(
    'flex w-full flex-col overflow-hidden bg-raised pt-[env(safe-area-inset-top)] shadow-float outline-none',
    'md:max-h-full md:rounded-md',
    tall ? 'md:h-[min(40rem,100%)]' : 'max-md:min-h-full',
    'transition-[opacity,translate] duration-calm ease-out',
    'data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
    WIDTHS[width],
  );
}

/** The first field, or the dialog itself instead of its *Close* button. */
function firstField(popup: HTMLElement | null): HTMLElement | null {
  const field = isTouchDevice() ? null : popup?.querySelector<HTMLElement>('input, textarea');
  return field ?? popup;
}

/** Focuses the composer. On touch screens the previous element, because the composer would open the on-screen keyboard. */
function restoreFocus(): boolean {
  if (isTouchDevice()) return true;
  return !focusComposer();
}
