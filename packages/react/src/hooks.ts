import type {
  ChannelView,
  ConnectionStatus,
  Conversation,
  FailedOperation,
  Timeline,
  User,
  UserId,
} from '@parley/client';
import { useParley } from './parley-context.tsx';
import { useReadable, useSelected } from './use-readable.ts';

export const useStatus = (): ConnectionStatus => useReadable(useParley().status);
/** Null until the server has said who the user is. */
export const useMe = (): User | null => useReadable(useParley().me);
export const useChannels = (): readonly ChannelView[] => useReadable(useParley().channels);
export const useUsers = (): ReadonlyMap<UserId, User> => useReadable(useParley().users);
export const useOnline = (): ReadonlySet<UserId> => useReadable(useParley().online);
/** Operations that failed, oldest first. */
export const useFailures = (): readonly FailedOperation[] => useReadable(useParley().failures);

/** Null while unknown; it is looked up when the SDK hears of `id` from the server. */
export const useUser = (id: UserId): User | null => useSelected(useParley().users, (users) => users.get(id) ?? null);

/**
 * Null for a channel the user is not in, and for a direct message nobody has written in yet. What happens in other
 * channels renders nothing.
 */
export function useChannel(conversation: Conversation): ChannelView | null {
  const parley = useParley();
  return useSelected(parley.channels, () => parley.channelOf(conversation));
}

/** What is loaded of a conversation. Loads nothing by itself: that is `open`, `loadOlder` and `loadNewer`. */
export const useTimeline = (conversation: Conversation): Timeline => useReadable(useParley().timeline(conversation));

/** Who types there now, the user excluded, in the order in which they began. */
export const useTyping = (conversation: Conversation): readonly UserId[] =>
  useReadable(useParley().typing(conversation));
