import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in channels and memberships. */
export const CHANNELS_MUTANTS: readonly Mutant[] = [
  {
    name: 'joining again stores a second membership',
    file: `${SERVER}/chat/channels/membership.ts`,
    find: 'if (ledger.findMember(channel, actor.user) !== null) return ok(null);\n      const found = channelToJoin',
    replace: 'const found = channelToJoin',
  },
  {
    name: 'the two members of a direct message get one channel each',
    file: `${SERVER}/chat/channels/direct-message.ts`,
    find: 'const [first, second] = [one, other].toSorted();',
    replace: 'const [first, second] = [one, other];',
  },
];
