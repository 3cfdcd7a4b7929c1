import type { Mutant } from './mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes that only several nodes show, when the bus between them fails. */
export const CLUSTER_MUTANTS: readonly Mutant[] = [
  {
    name: 'among several nodes: a sign-out that the bus lost is never noticed',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: 'if (recheck !== null) await recheckSessions(recheck, connections);',
    replace: 'if (recheck === null) await recheckSessions(recheck ?? (async () => []), connections);',
  },
  {
    name: 'among several nodes: memberships are never compared',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: '() => memberships.run(),',
    replace: 'async () => void memberships,',
  },
  {
    name: 'among several nodes: a gained channel is noticed and not told',
    file: `${SERVER}/realtime/cluster/reconcile-memberships.ts`,
    find: '    addToChannel(this.#deps, user, summary);\n',
    replace: '',
  },
  {
    name: 'among several nodes: a moved cursor is noticed and not told',
    file: `${SERVER}/realtime/cluster/reconcile-memberships.ts`,
    find: 'if (cursors.lastSent(user, channel) < seq) {',
    replace: 'if (cursors.lastSent(user, channel) < seq - 1_000) {',
  },
  {
    name: 'among several nodes: what a digest says is believed to stay',
    file: `${SERVER}/realtime/cluster/reconcile-memberships.ts`,
    find: 'if (digest === undefined || digest.mark !== this.#marks.get(user)) return true;',
    replace: 'if (digest === undefined || !this.#marks.has(user)) return true;',
  },
  {
    name: 'among several nodes: profiles are never compared',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: '() => profiles.reconcile(),',
    replace: '',
  },
  {
    name: 'among several nodes: late news of a cursor takes back what was told since',
    file: `${SERVER}/realtime/fanout/read-cursors.ts`,
    find: 'if (seq < this.lastSent(user, channel)) return;',
    replace: '',
  },
  {
    name: 'among several nodes: a claim closes whoever has the clientId, older or newer',
    file: `${SERVER}/realtime/cluster/client-id-claims.ts`,
    find: 'return one.atMs + one.errorMs < other.atMs - other.errorMs;',
    replace: 'return one !== other;',
  },
  {
    name: 'among several nodes: two users keep the clientId that both got while the bus was cut',
    file: `${SERVER}/realtime/cluster/client-id-claims.ts`,
    find: 'if (yieldsTo(claim, message)) connection.close(',
    replace: 'if (message.user === user) connection.close(',
  },
  {
    name: 'among several nodes: the others are not asked whether another user holds the clientId',
    file: `${SERVER}/realtime/cluster/request-client-id.ts`,
    find: 'if (bus.isReliable) return GRANTED;',
    replace: 'if (clientId.length > 0) return GRANTED;',
  },
  {
    name: 'among several nodes: claims are dated by the clock of the node',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: 'const storeClock = createStoreClock(store, clock);',
    replace: 'const storeClock = createStoreClock({ now: async () => clock.now() }, clock);',
  },
  {
    name: 'among several nodes: a claim is said once',
    file: `${SERVER}/realtime/cluster/node-heartbeat.ts`,
    find: 'claims.renew(user);',
    replace: 'void claims;',
  },
  {
    name: 'among several nodes: presence is said once',
    file: `${SERVER}/realtime/cluster/node-heartbeat.ts`,
    find: '  presence.announce(slice);\n',
    replace: '',
  },
  {
    name: 'among several nodes: presence has no time to live',
    file: `${SERVER}/realtime/cluster/node-heartbeat.ts`,
    find: '    presence.expire(isAlive);\n',
    replace: '',
  },
  {
    name: 'among several nodes: who begins to care about a partner does not ask',
    file: `${SERVER}/chat/presence/presence-subscriptions.ts`,
    find: "if (!bus.isReliable) bus.publish(`presence.${user}`, { kind: 'presence-requested', user });",
    replace: '',
  },
  {
    name: 'among several nodes: whoever is gone from one node is gone from all',
    file: `${SERVER}/chat/presence/presence-subscriptions.ts`,
    find: "if (message.state === 'offline') seen.nodes.delete(message.node);",
    replace: "if (message.state === 'offline') seen.nodes.clear();",
  },
];
