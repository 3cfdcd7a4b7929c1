import type { ChannelView } from '@parley/client';
import { useReadable } from '@parley/react';
import { isGeneral } from '../channels/names-and-permissions.ts';
import { useMyself } from '../session/use-current-user.ts';
import { welcomeStore } from './onboarding-progress.ts';

/** Does the owner see the welcome here? In #general, until it is done or waved away. */
export function useOnboarded(channel: ChannelView | null): boolean {
  const me = useMyself();
  const { dismissed } = useReadable(welcomeStore);
  return me.role === 'owner' && channel !== null && isGeneral(channel) && !dismissed;
}
