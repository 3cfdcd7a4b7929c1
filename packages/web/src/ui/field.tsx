import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';

interface FieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  readonly label: string;
  /** A line below the input. */
  readonly hint?: ReactNode;
  /** What is wrong with the value. Replaces the hint. */
  readonly error?: string | undefined;
  /** Next to the label, at the right edge. */
  readonly aside?: ReactNode;
}

/** An input with its label, and a hint or error below it. */
export function Field({ label, hint, error, aside, className, ...input }: FieldProps) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div className={classNames('flex flex-col gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-secondary font-medium">
          {label}
        </label>
        {aside}
      </div>
      <input
        {...input}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={below === undefined ? undefined : `${id}-below`}
        className={classNames(INPUT, 'h-10 px-3', error === undefined ? 'border-edge' : 'border-danger')}
      />
      {below !== undefined && (
        <p id={`${id}-below`} className={classNames('text-small', error === undefined ? 'text-muted' : 'text-danger')}>
          {below}
        </p>
      )}
    </div>
  );
}

/** The style of text inputs, without height and padding. 16 px on touch screens, because iOS zooms into smaller ones. */
export const INPUT =
  'w-full rounded-sm border bg-raised text-message text-ink transition-colors placeholder:text-faint touch:text-[1rem] touch:min-h-11 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent-soft';
