import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { tip } from './tip.ts';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** The accessible name and the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  /** The keyboard shortcut, shown in the tooltip: `Mod+K`. */
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly size?: 'small' | 'medium';
}

export function IconButton(props: IconButtonProps) {
  const { label, icon, keys, pressed, size = 'medium', className, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      {...tip(label, keys)}
      {...rest}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center rounded-sm transition-colors',
        'hover:not-disabled:bg-hover hover:not-disabled:text-ink disabled:cursor-default disabled:opacity-50',
        'touch:min-h-11 touch:min-w-11',
        size === 'small' ? 'size-6' : 'size-8',
        pressed === true ? 'bg-hover text-ink' : 'text-muted',
        className,
      )}
    >
      {icon}
    </button>
  );
}
