import type { ChannelId, PresenceState, UserId } from '@parley/protocol';
import { PRESENCE_LINGER_MS } from '#limits.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import { isDirectMessage } from './direct-message.ts';

/**
 * Who is connected, as told to their partners in direct messages. Not to everyone: in a crowd of n that would cost n² frames
 * whenever it reconnects.
 */
export interface Presence {
  isOnline(user: UserId): boolean;
  /** A connection of the user came up. */
  came(user: UserId, channels: Iterable<ChannelId>): void;
  /** A connection of the user is gone. */
  went(user: UserId, channels: Iterable<ChannelId>): void;
  /** A direct message was opened: its members hear of each other. */
  met(channel: ChannelId, members: readonly UserId[]): void;
  close(): void;
}

interface Online {
  connections: number;
  /** Set while nobody is connected any more, and it may be a reload. */
  cancelDeparture: (() => void) | null;
}

export function createPresence({ bus, clock }: { readonly bus: Bus; readonly clock: Clock }): Presence {
  const users = new Map<UserId, Online>();

  function tell(user: UserId, channels: Iterable<ChannelId>, state: PresenceState): void {
    for (const channel of channels) {
      if (isDirectMessage(channel)) bus.publish(`channel.${channel}`, { kind: 'presence', channel, user, state });
    }
  }

  function depart(user: UserId, channels: readonly ChannelId[]): void {
    users.delete(user);
    tell(user, channels, 'offline');
  }

  return {
    isOnline: (user) => users.has(user),
    came(user, channels) {
      const known = users.get(user);
      if (known === undefined) {
        users.set(user, { connections: 1, cancelDeparture: null });
        tell(user, channels, 'online');
        return;
      }
      known.connections += 1;
      known.cancelDeparture?.();
      known.cancelDeparture = null;
    },
    went(user, channels) {
      const known = users.get(user);
      if (known === undefined) return;
      known.connections -= 1;
      if (known.connections > 0) return;
      const left = [...channels].filter(isDirectMessage);
      known.cancelDeparture = clock.after(PRESENCE_LINGER_MS, () => depart(user, left));
    },
    met(channel, members) {
      for (const user of members) if (users.has(user)) tell(user, [channel], 'online');
    },
    close() {
      for (const { cancelDeparture } of users.values()) cancelDeparture?.();
      users.clear();
    },
  };
}
