import type { Snapshot } from '../snapshot.ts';
import { prepareEventQueries } from './events.ts';
import { prepareMemberQueries } from './members.ts';
import { prepareMentionQueries } from './mentions.ts';
import { prepareMessageQueries } from './messages.ts';
import { prepareReactionQueries } from './reactions.ts';

export type VerifyQueries = ReturnType<typeof prepareVerifyQueries>;

/** The queries of a verification, by feature. The result of each is bounded: by a range, a list of keys or a limit. */
export function prepareVerifyQueries(db: Snapshot) {
  return {
    events: prepareEventQueries(db),
    messages: prepareMessageQueries(db),
    reactions: prepareReactionQueries(db),
    mentions: prepareMentionQueries(db),
    members: prepareMemberQueries(db),
  };
}
