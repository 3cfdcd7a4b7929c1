import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in access to channels and messages. */
export const ACCESS_MUTANTS: readonly Mutant[] = [
  {
    name: 'anyone posts anywhere',
    file: `${SERVER}/kernel/access.ts`,
    find: 'return channel !== null && ledger.findMember(id, actor.user) !== null ? ok(channel) : NO_CHANNEL;',
    replace: 'return channel !== null ? ok(channel) : NO_CHANNEL;',
  },
  {
    name: 'anyone edits anything',
    file: `${SERVER}/chat/messages/message-access.ts`,
    find: 'if (message.ok && message.value.by !== actor.user)',
    replace: "if (message.ok && message.value.by === '')",
  },
  {
    name: 'anyone reads anything',
    file: `${SERVER}/kernel/access.ts`,
    find: '  if (!(await store.isMember(id, actor.user))) return NO_CHANNEL;\n',
    replace: '  if (id !== null) return ok(await read({ id, [checked]: true }));\n',
  },
  {
    name: 'anyone syncs anything',
    file: `${SERVER}/kernel/access.ts`,
    find: 'return page === null ? NO_CHANNEL : ok(page);',
    replace: 'return ok(page ?? (await store.eventsAfter(member.channel, after, limit)));',
  },
  {
    name: 'membership is not checked again after a read',
    file: `${SERVER}/kernel/access.ts`,
    find: 'return (await store.isMember(id, actor.user)) ? ok(found) : NO_CHANNEL;',
    replace: 'return ok(found);',
  },
];
