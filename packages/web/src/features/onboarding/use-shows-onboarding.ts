import type { ChannelView } from '@parley/client';
import { useReadable } from '@parley/react';
import { isGeneral } from '../channels/names-and-permissions.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import { onboardingStore } from './onboarding-progress.ts';

/** Whether the owner sees the onboarding here: in #general, until it is completed or dismissed. */
export function useShowsOnboarding(channel: ChannelView | null): boolean {
  const me = useCurrentUser();
  const { dismissed } = useReadable(onboardingStore);
  return me.role === 'owner' && channel !== null && isGeneral(channel) && !dismissed;
}
