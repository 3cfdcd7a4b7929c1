import type { ComponentProps } from 'react';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import type { Completion, CompletionOption } from './use-completion.ts';

interface CompletionListProps {
  readonly id: string;
  readonly completion: Completion;
}

const optionId = (list: string, index: number): string => `${list}-${index}`;

type CompletionProps = Pick<
  ComponentProps<'textarea'>,
  'aria-autocomplete' | 'aria-haspopup' | 'aria-controls' | 'aria-activedescendant'
>;

/** ARIA properties that connect the text box with the list. It is no combo box, because most of the time it has no list. */
export function completionProps(id: string, { options, active }: Completion): CompletionProps {
  const props = { 'aria-autocomplete': 'list', 'aria-haspopup': 'listbox' } as const;
  return options.length === 0
    ? props
    : { ...props, 'aria-controls': id, 'aria-activedescendant': optionId(id, active) };
}

/** Completions above the composer. The focus stays in the text box. */
export function CompletionList({ id, completion }: CompletionListProps) {
  const { options, active, setActive, choose } = completion;
  if (options.length === 0) return null;
  return (
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- No tag is a list of choices for another element.
      role="listbox"
      aria-label={options[0]?.kind === 'emoji' ? 'Emoji' : 'People'}
      className="absolute bottom-full left-0 z-20 mb-1.5 w-full max-w-sm rounded-md bg-raised p-1 shadow-float"
    >
      {options.map((option, index) => (
        // The text box handles the keyboard, these handlers the pointer.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={option.key}
          id={optionId(id, index)}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- The tag is for the choices of a select.
          role="option"
          aria-selected={index === active}
          onPointerMove={() => setActive(index)}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(index)}
          className={classNames(
            'flex h-9 cursor-pointer items-center gap-2.5 rounded-sm px-2 text-secondary select-none touch:h-11',
            index === active && 'bg-hover',
          )}
        >
          <OptionContent option={option} />
        </div>
      ))}
    </div>
  );
}

function OptionContent({ option }: { readonly option: CompletionOption }) {
  if (option.kind === 'emoji') {
    return (
      <>
        <span className="text-[1.25rem] leading-none">{option.insert}</span>
        <span className="truncate">:{option.name}:</span>
      </>
    );
  }
  const { user, outside } = option.candidate;
  return (
    <>
      <Avatar id={user.id} name={user.name} size={24} />
      <span dir="auto" className="truncate font-medium">
        {user.name}
      </span>
      <span className="truncate text-muted">@{user.handle}</span>
      {outside && <span className="ml-auto shrink-0 text-small text-faint">not in this channel</span>}
    </>
  );
}
