import { keyParts } from './key-names.ts';

/** A shortcut such as `Mod+K`, drawn as keys of the user's system. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      {keyParts(keys).map((part) => (
        <kbd
          key={part}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line bg-sunken px-1 font-sans text-small text-muted"
        >
          {part}
        </kbd>
      ))}
    </span>
  );
}
