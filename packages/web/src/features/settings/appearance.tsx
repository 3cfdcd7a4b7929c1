import { useReadable } from '@parley/react';
import { Switch } from '../../ui/switch.tsx';
import { unreadFirstStore } from '../sidebar/order-preference.ts';
import { ThemeChoice } from './theme-choice.tsx';

/** Appearance settings of this browser. */
export function Appearance() {
  return (
    <div className="flex max-w-md flex-col gap-5">
      <div>
        <h4 className="pb-2 text-secondary font-medium">Theme</h4>
        <ThemeChoice />
      </div>
      <Switch
        label="Unread first"
        hint="Channels with something new move to the top of their group in the sidebar."
        checked={useReadable(unreadFirstStore)}
        onChange={(enabled) => unreadFirstStore.set(enabled)}
      />
    </div>
  );
}
