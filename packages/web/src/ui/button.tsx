import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Spinner } from './spinner.tsx';

const VARIANTS = {
  primary: 'bg-accent text-on-accent hover:not-disabled:bg-accent-strong',
  secondary: 'bg-raised text-ink border border-line hover:not-disabled:bg-sunken',
  quiet: 'text-muted hover:not-disabled:bg-hover hover:not-disabled:text-ink',
  danger: 'bg-danger text-on-danger hover:not-disabled:bg-danger-strong',
  /** An action that looks like text. */
  link: 'text-accent hover:not-disabled:underline underline-offset-2',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: keyof typeof VARIANTS;
  readonly size?: 'small' | 'medium';
  /** An operation is running: shows a spinner and disables the button. */
  readonly busy?: boolean;
  readonly icon?: ReactNode;
}

export function Button(props: ButtonProps) {
  const { variant = 'secondary', size = 'medium', busy = false, icon, className, children, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-sm font-medium whitespace-nowrap transition-colors',
        'disabled:cursor-default disabled:opacity-55 touch:min-h-11 touch:min-w-11',
        size === 'small' ? 'h-7 px-2.5 text-small' : 'h-9 px-3.5 text-secondary',
        VARIANTS[variant],
        className,
      )}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
