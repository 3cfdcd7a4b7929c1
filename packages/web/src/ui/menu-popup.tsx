import { Menu } from '@base-ui/react/menu';
import type { ReactNode, RefObject } from 'react';
import { classNames } from './class-names.ts';
import { formatKeys } from './key-names.ts';
import type { MenuAction, MenuEntry } from './menu-entry.ts';

interface MenuPopupProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly head?: ReactNode;
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom' | 'right';
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Called after the exit animation. */
  readonly onClosed: () => void;
}

export function MenuPopup(props: MenuPopupProps) {
  const { label, entries, head, align = 'start', side = 'bottom', anchor, open, onOpenChange, onClosed } = props;
  return (
    <Menu.Root
      open={open}
      onOpenChange={(next, details) => {
        // A press on the trigger is handled by the trigger. Otherwise it would close the menu and open it again.
        const { target } = details.event;
        if (!next && target instanceof Node && anchor.current?.contains(target) === true) return details.cancel();
        onOpenChange(next);
      }}
      onOpenChangeComplete={(next) => {
        if (!next) onClosed();
      }}
    >
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align={align} side={side} sideOffset={4} collisionPadding={8} className="z-40">
          <Menu.Popup
            aria-label={label}
            finalFocus={anchor}
            className={classNames(
              'max-h-(--available-height) min-w-52 max-w-80 origin-(--transform-origin) overflow-y-auto rounded-md bg-raised p-1',
              'text-secondary shadow-float outline-none transition-[opacity,scale] duration-quick ease-out',
              'data-ending-style:opacity-0 data-starting-style:scale-97 data-starting-style:opacity-0',
            )}
          >
            {head}
            {entries.map((entry, index) =>
              entry === '-' ? (
                <Separator key={`before ${keyOf(entries[index + 1])}`} />
              ) : (
                <Item key={keyOf(entry)} {...entry} />
              ),
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** A separator is identified by the entry after it. */
const keyOf = (entry: MenuEntry | undefined): string => (entry === undefined || entry === '-' ? '-' : entry.label);

function Item({ label, icon, onSelect, tone = 'plain', keys, disabled = false }: MenuAction) {
  return (
    <Menu.Item
      disabled={disabled}
      onClick={onSelect}
      className={classNames(
        'flex h-8 cursor-default items-center gap-2.5 rounded-sm px-2 outline-none select-none touch:h-11',
        'data-highlighted:bg-hover data-disabled:opacity-50',
        tone === 'danger' ? 'text-danger' : 'text-ink',
      )}
    >
      <span aria-hidden className={classNames('flex size-4 items-center', tone === 'plain' && 'text-muted')}>
        {icon}
      </span>
      <span className="flex-1 truncate">{label}</span>
      {keys !== undefined && <span className="pl-4 text-small text-faint">{formatKeys(keys)}</span>}
    </Menu.Item>
  );
}

function Separator() {
  return <Menu.Separator className="mx-2 my-1 h-px bg-line" />;
}
