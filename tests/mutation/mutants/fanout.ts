import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in the fan-out. */
export const FANOUT_MUTANTS: readonly Mutant[] = [
  {
    name: 'a removed member stays subscribed',
    file: `${SERVER}/realtime/fanout/membership-changes.ts`,
    find: '    hub.unsubscribe(connection, channel);\n    connection.discardBuffered(channel);',
    replace: '    connection.discardBuffered(channel);',
  },
  {
    name: 'a removed member gets no `removed` frame',
    file: `${SERVER}/realtime/fanout/membership-changes.ts`,
    find: "connection.send({ type: 'removed', channel });",
    replace: '',
  },
  {
    name: 'a new member gets no `channel` frame',
    file: `${SERVER}/realtime/fanout/on-user-message.ts`,
    find: 'return addToChannel(deps, user, summaryForNewMember(message.channel));',
    replace: 'return;',
  },
  {
    name: 'typing is sent to connections outside the channel',
    file: `${SERVER}/chat/typing/typing.ts`,
    find: "hub.broadcast(channel, { type: 'typing', channel, user, on }, from);",
    replace: "for (const one of hub.connections()) one.send({ type: 'typing', channel, user, on });",
  },
];
