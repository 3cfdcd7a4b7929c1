import { ThemeChoice } from './theme-choice.tsx';

/** How Parley looks in this browser. */
export function Appearance() {
  return (
    <div className="max-w-md">
      <h4 className="pb-2 text-secondary font-medium">Theme</h4>
      <ThemeChoice />
    </div>
  );
}
