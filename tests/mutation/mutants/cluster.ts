import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in several nodes on a lossy bus. */
export const CLUSTER_MUTANTS: readonly Mutant[] = [
  {
    name: 'in a cluster: a sign-out that the bus lost is never noticed',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: 'if (recheck !== null) await recheckSessions(recheck, connections);',
    replace: 'if (recheck === null) await recheckSessions(recheck ?? (async () => []), connections);',
  },
  {
    name: 'in a cluster: memberships are never reconciled',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: '() => memberships.run(),',
    replace: 'async () => void memberships,',
  },
  {
    name: 'in a cluster: a missing membership is found and not sent',
    file: `${SERVER}/realtime/cluster/reconcile-memberships.ts`,
    find: '    addToChannel(this.#deps, user, summary);\n',
    replace: '',
  },
  {
    name: 'in a cluster: a moved cursor is found and not sent',
    file: `${SERVER}/realtime/cluster/reconcile-memberships.ts`,
    find: 'if (cursors.lastSent(user, channel) < seq) {',
    replace: 'if (cursors.lastSent(user, channel) < seq - 1_000) {',
  },
  {
    name: 'in a cluster: a membership digest is compared only once',
    file: `${SERVER}/realtime/cluster/reconcile-memberships.ts`,
    find: 'if (digest === undefined || digest.mark !== this.#marks.get(user)) return true;',
    replace: 'if (digest === undefined || !this.#marks.has(user)) return true;',
  },
  {
    name: 'in a cluster: profiles are never reconciled',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: '() => profiles.reconcile(),',
    replace: '',
  },
  {
    name: 'in a cluster: a late cursor message moves the cursor back',
    file: `${SERVER}/realtime/fanout/read-cursors.ts`,
    find: 'if (seq < this.lastSent(user, channel)) return;',
    replace: '',
  },
  {
    name: 'in a cluster: a claim closes the other connection whichever is newer',
    file: `${SERVER}/realtime/cluster/client-id-claims.ts`,
    find: 'return one.atMs + one.errorMs < other.atMs - other.errorMs;',
    replace: 'return one !== other;',
  },
  {
    name: 'in a cluster: two users keep the clientId that both claimed during a partition',
    file: `${SERVER}/realtime/cluster/client-id-claims.ts`,
    find: 'if (yieldsTo(claim, message)) connection.close(',
    replace: 'if (message.user === user) connection.close(',
  },
  {
    name: 'in a cluster: the other nodes are not asked whether another user holds the clientId',
    file: `${SERVER}/realtime/cluster/request-client-id.ts`,
    find: 'if (bus.isReliable) return GRANTED;',
    replace: 'if (clientId.length > 0) return GRANTED;',
  },
  {
    name: 'in a cluster: claims are dated by the clock of the node',
    file: `${SERVER}/realtime/cluster/cluster.ts`,
    find: 'const storeClock = createStoreClock(store, clock);',
    replace: 'const storeClock = createStoreClock({ now: async () => clock.now() }, clock);',
  },
  {
    name: 'in a cluster: a claim is published only once',
    file: `${SERVER}/realtime/cluster/node-heartbeat.ts`,
    find: 'claims.renew(user);',
    replace: 'void claims;',
  },
  {
    name: 'in a cluster: presence is published only once',
    file: `${SERVER}/realtime/cluster/node-heartbeat.ts`,
    find: '  presence.announce(slice);\n',
    replace: '',
  },
  {
    name: 'in a cluster: presence never expires',
    file: `${SERVER}/realtime/cluster/node-heartbeat.ts`,
    find: '    presence.expire(isAlive);\n',
    replace: '',
  },
  {
    name: 'in a cluster: a node that starts to watch a user does not request their presence',
    file: `${SERVER}/chat/presence/presence-subscriptions.ts`,
    find: "if (!bus.isReliable) bus.publish(`presence.${user}`, { kind: 'presence-requested', user });",
    replace: '',
  },
  {
    name: 'in a cluster: a user who disconnects from one node counts as offline everywhere',
    file: `${SERVER}/chat/presence/presence-subscriptions.ts`,
    find: "if (message.state === 'offline') seen.nodes.delete(message.node);",
    replace: "if (message.state === 'offline') seen.nodes.clear();",
  },
];
