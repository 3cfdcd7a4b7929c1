import { Monitor, Moon, Sun } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { chooseTheme, currentTheme, subscribeTheme, type Theme } from '../../ui/theme.ts';

const THEMES: readonly { theme: Theme; label: string; Icon: typeof Sun }[] = [
  { theme: 'system', label: 'System', Icon: Monitor },
  { theme: 'light', label: 'Light', Icon: Sun },
  { theme: 'dark', label: 'Dark', Icon: Moon },
];

/** Chooses between the system's theme, light and dark. Takes effect immediately. */
export function ThemeChoice({ onChosen }: { readonly onChosen?: () => void }) {
  const current = useSyncExternalStore(subscribeTheme, currentTheme);
  return (
    <div role="radiogroup" aria-label="Theme" className="inline-flex gap-1 rounded-md bg-sunken p-1">
      {THEMES.map(({ theme, label, Icon }) => (
        <label
          key={theme}
          className={classNames(
            'flex h-8 cursor-pointer items-center gap-1.5 rounded-sm px-3 text-secondary font-medium transition-colors touch:h-11',
            'has-focus-visible:outline-2 has-focus-visible:outline-accent',
            current === theme ? 'bg-accent-soft text-ink' : 'text-muted hover:text-ink',
          )}
        >
          <input
            type="radio"
            name="theme"
            className="sr-only"
            checked={current === theme}
            // A click on the current choice counts as choosing it.
            onClick={onChosen}
            onChange={() => chooseTheme(theme)}
          />
          <Icon aria-hidden size={15} />
          {label}
        </label>
      ))}
    </div>
  );
}
