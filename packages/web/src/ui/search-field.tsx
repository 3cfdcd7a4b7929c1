import { Search } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { INPUT } from './field.tsx';

interface SearchFieldProps extends Omit<ComponentProps<'input'>, 'type' | 'onChange'> {
  readonly label: string;
  readonly onSearch: (text: string) => void;
}

/** Filters a list while typing. The label is for screen readers and serves as placeholder. */
export function SearchField({ label, onSearch, className, ...input }: SearchFieldProps) {
  return (
    <div className={className}>
      <div className="relative">
        <Search aria-hidden size={16} className="absolute top-1/2 left-3 -translate-y-1/2 text-faint" />
        <input
          type="search"
          autoComplete="off"
          spellCheck={false}
          aria-label={label}
          placeholder={label}
          {...input}
          onChange={(event) => onSearch(event.target.value)}
          className={classNames(
            INPUT,
            'h-9 border-edge pr-3 pl-9 text-secondary! [&::-webkit-search-cancel-button]:hidden',
          )}
        />
      </div>
    </div>
  );
}
