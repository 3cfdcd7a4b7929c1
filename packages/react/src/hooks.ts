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
/** Null until the server has sent who the user is. */
export const useMe = (): User | null => useReadable(useParley().me);
export const useChannels = (): readonly ChannelView[] => useReadable(useParley().channels);
export const useUsers = (): ReadonlyMap<UserId, User> => useReadable(useParley().users);
export const useOnline = (): ReadonlySet<UserId> => useReadable(useParley().online);
/** Failed operations, oldest first. */
export const useFailures = (): readonly FailedOperation[] => useReadable(useParley().failures);

/** Null while unknown. The SDK requests the user once the server mentions `id`. */
export const useUser = (id: UserId): User | null => useSelected(useParley().users, (users) => users.get(id) ?? null);

/**
 * Null for a channel that the user is not a member of, and for a direct message that does not exist yet. Changes of other
 * channels do not render.
 */
export function useChannel(conversation: Conversation): ChannelView | null {
  const parley = useParley();
  return useSelected(parley.channels, () => parley.channelOf(conversation));
}

/** The loaded messages of a conversation. Loads nothing itself: `open`, `loadOlder` and `loadNewer` do. */
export const useTimeline = (conversation: Conversation): Timeline => useReadable(useParley().timeline(conversation));

/** The users who are typing there, without this user, in the order in which they started. */
export const useTyping = (conversation: Conversation): readonly UserId[] =>
  useReadable(useParley().typing(conversation));
