import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';

interface SwitchProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** An on/off setting that takes effect immediately. */
export function Switch({ label, hint, checked, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-6 py-2.5">
      <div className="min-w-0">
        <label id={`${id}-label`} htmlFor={id} className="block text-secondary font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="mt-0.5 text-small text-muted">
            {hint}
          </p>
        )}
      </div>
      <Base.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="mt-0.5 flex h-5 w-9 shrink-0 cursor-pointer rounded-full bg-edge p-0.5 transition-colors data-checked:bg-accent data-disabled:cursor-default data-disabled:opacity-50"
      >
        <Base.Thumb className="size-4 rounded-full bg-raised transition-transform duration-quick data-checked:translate-x-4" />
      </Base.Root>
    </div>
  );
}
