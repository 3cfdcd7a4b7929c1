import type { Mutant } from './mutant.ts';

const CHAT = 'packages/server/src/chat';
const GATEWAY = 'packages/server/src/gateway';

/** Mistakes that only several nodes show, when the bus between them fails. */
export const CLUSTER_MUTANTS: readonly Mutant[] = [
  {
    name: 'among several nodes: a sign-out that the bus lost is never noticed',
    file: `${GATEWAY}/cluster.ts`,
    find: 'if (ask !== null) await compareProofs(ask, connections);',
    replace: 'if (ask === null) await compareProofs(ask ?? (async () => []), connections);',
  },
  {
    name: 'among several nodes: memberships are never compared',
    file: `${GATEWAY}/cluster.ts`,
    find: '() => memberships.run(),',
    replace: 'async () => void memberships,',
  },
  {
    name: 'among several nodes: a gained channel is noticed and not told',
    file: `${GATEWAY}/compare-memberships.ts`,
    find: '    fanout.gain(user, summary);\n',
    replace: '',
  },
  {
    name: 'among several nodes: a moved cursor is noticed and not told',
    file: `${GATEWAY}/compare-memberships.ts`,
    find: 'if (fanout.cursorToldTo(user, channel) < seq) {',
    replace: 'if (fanout.cursorToldTo(user, channel) < seq - 1_000) {',
  },
  {
    name: 'among several nodes: what a digest says is believed to stay',
    file: `${GATEWAY}/compare-memberships.ts`,
    find: 'if (digest === undefined || digest.mark !== this.#marks.get(user)) return true;',
    replace: 'if (digest === undefined || !this.#marks.has(user)) return true;',
  },
  {
    name: 'among several nodes: profiles are never compared',
    file: `${GATEWAY}/cluster.ts`,
    find: '() => profiles.compare(),',
    replace: '',
  },
  {
    name: 'among several nodes: late news of a cursor takes back what was told since',
    file: `${GATEWAY}/fanout.ts`,
    find: 'if (seq < (local.cursors?.get(channel) ?? 0)) return;',
    replace: '',
  },
  {
    name: 'among several nodes: a claim closes whoever has the clientId, older or newer',
    file: `${GATEWAY}/claims.ts`,
    find: 'return one.atMs + one.errorMs < other.atMs - other.errorMs;',
    replace: 'return one !== other;',
  },
  {
    name: 'among several nodes: two users keep the clientId that both got while the bus was cut',
    file: `${GATEWAY}/claims.ts`,
    find: 'if (isLater(claim, message)) connection.close(',
    replace: 'if (message.user === user) connection.close(',
  },
  {
    name: 'among several nodes: the others are not asked whether another user holds the clientId',
    file: `${GATEWAY}/want-client-id.ts`,
    find: 'if (bus.isReliable) return GRANTED;',
    replace: 'if (clientId.length > 0) return GRANTED;',
  },
  {
    name: 'among several nodes: claims are dated by the clock of the node',
    file: `${GATEWAY}/cluster.ts`,
    find: 'const storeClock = createStoreClock(store, clock);',
    replace: 'const storeClock = createStoreClock({ now: async () => clock.now() }, clock);',
  },
  {
    name: 'among several nodes: a claim is said once',
    file: `${GATEWAY}/attendance.ts`,
    find: 'claims.repeat(user);',
    replace: 'void claims;',
  },
  {
    name: 'among several nodes: presence is said once',
    file: `${GATEWAY}/attendance.ts`,
    find: '  presence.announce(turn);\n',
    replace: '',
  },
  {
    name: 'among several nodes: presence has no time to live',
    file: `${GATEWAY}/attendance.ts`,
    find: '    presence.expire(isAlive);\n',
    replace: '',
  },
  {
    name: 'among several nodes: who begins to care about a partner does not ask',
    file: `${CHAT}/presence-watch.ts`,
    find: "if (!bus.isReliable) bus.publish(`presence.${user}`, { kind: 'presence-asked', user });",
    replace: '',
  },
  {
    name: 'among several nodes: whoever is gone from one node is gone from all',
    file: `${CHAT}/presence-watch.ts`,
    find: "if (message.state === 'offline') seen.nodes.delete(message.node);",
    replace: "if (message.state === 'offline') seen.nodes.clear();",
  },
];
