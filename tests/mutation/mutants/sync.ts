import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in resuming from the log. */
export const SYNC_MUTANTS: readonly Mutant[] = [
  {
    name: 'a pong carries the head of only one channel',
    file: `${SERVER}/realtime/connection/dispatch.ts`,
    find: 'Object.fromEntries(await chat.heads(actor))',
    replace: 'Object.fromEntries([...(await chat.heads(actor))].slice(0, 1))',
  },
  {
    name: 'a sync is off by one',
    file: `${SERVER}/chat/sync/sync.ts`,
    find: 'const page = await readEventsAsMember(store, member, { after, limit });',
    replace: 'const page = await readEventsAsMember(store, member, { after: after + 1, limit });',
  },
  {
    name: 'a sync is off by one at the end of the recent-events cache',
    file: `${SERVER}/chat/sync/sync.ts`,
    find: 'const end = after + cached.events.length;',
    replace: 'const end = after + cached.events.length + 1;',
  },
  {
    name: 'the recent-events cache serves the text of deleted messages',
    file: `${SERVER}/chat/sync/sync.ts`,
    find: " && events.every(({ type }) => type !== 'deleted')",
    replace: '',
  },
];
