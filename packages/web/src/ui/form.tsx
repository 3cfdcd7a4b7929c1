import type { ReactNode } from 'react';
import { useSubmit } from '../lib/use-submit.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';

export interface FormProps {
  /** Sends the form. Resolves to the error to show, or null on success. */
  readonly onSend: () => Promise<string | null>;
  readonly submitLabel: string;
  readonly tone?: 'primary' | 'danger';
  /** The submit button is as wide as the form. */
  readonly wide?: boolean;
  readonly submitDisabled?: boolean;
  readonly className?: string;
  readonly children?: ReactNode;
  /** Places the submit button in a row of its own. The default aligns it to the left edge. */
  readonly renderActions?: (submit: ReactNode) => ReactNode;
}

/** Fields one below the other, the error of the last attempt and a submit button that shows progress. */
export function Form(props: FormProps) {
  const { onSend, submitLabel, tone = 'primary', wide = false, submitDisabled = false, className, children } = props;
  const { renderActions = wide ? asIs : alignLeft } = props;
  const { busy, error, onSubmit } = useSubmit(onSend);
  return (
    <form onSubmit={onSubmit} className={classNames('flex flex-col gap-4', className)}>
      {children}
      {error !== null && (
        <p role="alert" className="rounded-sm bg-danger-soft px-3 py-2 text-secondary text-danger">
          {error}
        </p>
      )}
      {renderActions(
        <Button
          variant={tone}
          type="submit"
          busy={busy}
          disabled={submitDisabled}
          className={classNames(wide && 'mt-1 h-10')}
        >
          {submitLabel}
        </Button>,
      )}
    </form>
  );
}

const asIs = (submit: ReactNode): ReactNode => submit;
const alignLeft = (submit: ReactNode): ReactNode => <div>{submit}</div>;
