import { useReadable } from '@parley/react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { requestDesktopPermission, desktopPermission, desktopStore, soundStore } from '../notifications/preferences.ts';
import { playNotificationSound } from '../notifications/sound.ts';

/** Notification settings of this browser. */
export function Notifications() {
  const desktop = useReadable(desktopStore);
  const sound = useReadable(soundStore);
  const [permission, setPermission] = useState(desktopPermission());
  const change = async (enabled: boolean): Promise<void> => {
    if (enabled) await requestDesktopPermission();
    else desktopStore.set(false);
    setPermission(desktopPermission());
  };
  return (
    <div className="flex max-w-md flex-col">
      <Switch
        label="Desktop notifications"
        hint={DESKTOP_HINT[permission]}
        checked={desktop && permission === 'granted'}
        disabled={permission === 'denied' || permission === 'unsupported'}
        onChange={(enabled) => void change(enabled)}
      />
      <Switch
        label="Sound"
        hint="A soft one for direct messages and mentions, while the tab is hidden."
        checked={sound}
        onChange={(enabled) => soundStore.set(enabled)}
      />
      {sound && (
        <div>
          <Button size="small" onClick={() => void playNotificationSound()}>
            Play it
          </Button>
        </div>
      )}
    </div>
  );
}

const DESKTOP_HINT = {
  granted: 'For direct messages and mentions, while you look elsewhere.',
  default: 'For direct messages and mentions, while you look elsewhere. Your browser will ask.',
  denied: 'Blocked in your browser. Allow notifications for this site there first.',
  unsupported: "This browser doesn't show notifications for this site.",
} as const;
