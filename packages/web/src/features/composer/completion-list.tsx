import { Avatar } from '../../design/avatar.tsx';
import { classNames } from '../../design/class-names.ts';
import type { Completion, CompletionOption } from './use-completion.ts';

interface CompletionListProps {
  readonly id: string;
  readonly completion: Completion;
}

export const completionOptionId = (list: string, index: number): string => `${list}-${index}`;

/** What may be meant, above the composer. The keyboard stays in the text. */
export function CompletionList({ id, completion }: CompletionListProps) {
  const { options, active, setActive, choose } = completion;
  if (options.length === 0) return null;
  return (
    <div
      id={id}
      role="listbox"
      aria-label={options[0]?.kind === 'emoji' ? 'Emoji' : 'People'}
      className="absolute bottom-full left-0 z-20 mb-1.5 w-full max-w-sm rounded-md bg-raised p-1 shadow-float"
    >
      {options.map((option, index) => (
        // The text has the keyboard; these are for the pointer.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={option.key}
          id={completionOptionId(id, index)}
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
