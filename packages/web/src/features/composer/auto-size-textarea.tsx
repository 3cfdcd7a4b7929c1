import type { ComponentProps } from 'react';
import type { Draft } from './drafts.ts';

interface AutoSizeTextareaProps extends Omit<ComponentProps<'textarea'>, 'onChange' | 'value'> {
  /** The accessible name. */
  readonly label: string;
  readonly value: string;
  /** Called when the text changes, with the new selection. */
  readonly onText: (draft: Draft) => void;
}

const TEXT =
  'col-start-1 row-start-1 px-3 py-2.5 text-message whitespace-pre-wrap wrap-anywhere touch:py-3 touch:text-[1rem]';

/**
 * A textarea as tall as its text, up to 40 % of the window. An invisible copy of the text in the same grid cell sets the
 * height. Measuring the textarea would shrink it first, and the timeline above would lose its scroll position.
 */
export function AutoSizeTextarea({ label, value, onText, ...rest }: AutoSizeTextareaProps) {
  return (
    <div className="grid max-h-[40dvh] min-w-0 flex-1 overflow-hidden">
      <div aria-hidden dir="auto" className={`${TEXT} invisible max-h-[40dvh] overflow-hidden`}>
        {value}
        {/* Gives a trailing line break a line of its own. */}
        {'\u200B'}
      </div>
      <textarea
        aria-label={label}
        dir="auto"
        rows={1}
        value={value}
        onChange={({ target }) => onText(selectionOf(target))}
        {...rest}
        className={`${TEXT} size-full resize-none overflow-y-auto bg-transparent outline-none placeholder:truncate placeholder:text-faint`}
      />
    </div>
  );
}

export function selectionOf({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): Draft {
  return { text: value, start: selectionStart, end: selectionEnd };
}
