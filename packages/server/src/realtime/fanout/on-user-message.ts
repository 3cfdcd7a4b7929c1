import { assertNever, CLOSE, type UserId } from '@parley/protocol';
import type { Bus, UserMessage } from '#ports/bus.ts';
import { addToChannel, summaryForNewMember, type MembershipDeps } from './membership-changes.ts';

export interface UserMessageDeps extends MembershipDeps {
  readonly bus: Pick<Bus, 'subscribe'>;
  /** The user was suspended: closes their connections. */
  readonly suspended: (user: UserId) => void;
}

/** Handles the messages on the topics of the users who are connected to this node. */
export function subscribeToUsers(deps: UserMessageDeps): void {
  const subscriptions = new Map<UserId, () => void>();
  const onMessage = (message: UserMessage): void => onUserMessage(deps, message);
  deps.hub.observe({
    userAdded(user) {
      subscriptions.set(user, deps.bus.subscribe(`user.${user}`, onMessage));
    },
    userRemoved(user) {
      subscriptions.get(user)?.();
      subscriptions.delete(user);
    },
  });
}

function onUserMessage(deps: UserMessageDeps, message: UserMessage): void {
  const { cursors, hub, suspended } = deps;
  const { user } = message;
  switch (message.kind) {
    case 'membership-granted':
      return addToChannel(deps, user, summaryForNewMember(message.channel));
    case 'membership-uncertain':
      for (const connection of hub.connectionsOf(user)) {
        if (!connection.channels.has(message.channel)) connection.close(CLOSE.restarting, 'may have missed a channel');
      }
      return;
    case 'cursor':
      return cursors.send(message);
    case 'session-ended':
      for (const connection of hub.connectionsOf(user)) {
        if (connection.session === message.session) connection.close(CLOSE.sessionEnded, '');
      }
      return;
    case 'suspended':
      return suspended(user);
    default:
      return assertNever(message);
  }
}
