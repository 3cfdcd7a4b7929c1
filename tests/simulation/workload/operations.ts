import * as clientFaults from '../faults/client.ts';
import * as hostileClients from '../faults/hostile-client.ts';
import * as networkFaults from '../faults/network.ts';
import * as serverFaults from '../faults/server.ts';
import * as channels from './channels.ts';
import * as messages from './messages.ts';
import type { Operation } from './operation.ts';
import * as reading from './reading.ts';

interface WeightedOperation {
  readonly run: Operation;
  /** Relative frequency among the operations of its table. */
  readonly weight: number;
}

/** Operations of users. */
export const WORKLOAD = {
  send: { run: messages.send, weight: 14 },
  'send several': { run: messages.sendBurst, weight: 4 },
  'send directly': { run: messages.sendDirect, weight: 5 },
  reply: { run: messages.reply, weight: 2 },
  edit: { run: messages.edit, weight: 4 },
  delete: { run: messages.remove, weight: 2 },
  react: { run: messages.react, weight: 4 },
  type: { run: messages.type, weight: 5 },
  'try again': { run: messages.retry, weight: 3 },
  dismiss: { run: messages.dismiss, weight: 1 },
  open: { run: reading.open, weight: 5 },
  'open around': { run: reading.openAround, weight: 2 },
  'load older': { run: reading.loadOlder, weight: 2 },
  'load newer': { run: reading.loadNewer, weight: 2 },
  'jump to the latest': { run: reading.jumpToLatest, weight: 1 },
  read: { run: reading.read, weight: 8 },
  'read along': { run: reading.readAlong, weight: 4 },
  'look away': { run: reading.leaveScreen, weight: 2 },
  'make a channel': { run: channels.create, weight: 2 },
  join: { run: channels.join, weight: 3 },
  leave: { run: channels.leave, weight: 2 },
  invite: { run: channels.invite, weight: 4 },
  remove: { run: channels.removeMember, weight: 3 },
  rename: { run: channels.rename, weight: 1 },
  'rename oneself': { run: channels.renameOneself, weight: 1 },
  echo: { run: channels.echo, weight: 2 },
} as const satisfies Record<string, WeightedOperation>;

/** Faults and hostile clients. */
export const FAULTS = {
  reload: { run: clientFaults.reload, weight: 4 },
  'close a page': { run: clientFaults.closePage, weight: 3 },
  'open a page': { run: clientFaults.openPage, weight: 4 },
  duplicate: { run: clientFaults.duplicate, weight: 1 },
  sleep: { run: clientFaults.sleep, weight: 2 },
  'jump of a client’s clock': { run: clientFaults.jumpClock, weight: 1 },
  'go offline': { run: clientFaults.goOffline, weight: 3 },
  hint: { run: clientFaults.hint, weight: 1 },
  'reconnect now': { run: clientFaults.reconnectNow, weight: 2 },
  'sign out': { run: clientFaults.signOut, weight: 1 },
  cut: { run: networkFaults.cut, weight: 6 },
  silence: { run: networkFaults.silence, weight: 3 },
  'slow reader': { run: networkFaults.slowReader, weight: 2 },
  'narrow line': { run: networkFaults.narrowLine, weight: 2 },
  crash: { run: serverFaults.crash, weight: 3 },
  'crash at an await': { run: serverFaults.crashAtAnyAwait, weight: 3 },
  'rolling restart': { run: serverFaults.rollingRestart, weight: 1 },
  pause: { run: serverFaults.pause, weight: 2 },
  'jump of a clock': { run: serverFaults.jumpClock, weight: 2 },
  storm: { run: serverFaults.faultBurst, weight: 10 },
  outage: { run: serverFaults.outage, weight: 1 },
  partition: { run: serverFaults.partition, weight: 3 },
  intrude: { run: hostileClients.connectHostile, weight: 2 },
  meddle: { run: hostileClients.sendArbitraryCommand, weight: 8 },
  ambush: { run: hostileClients.raceWithRemoval, weight: 1.5 },
  'say twice': { run: hostileClients.sendDuplicate, weight: 3 },
  babble: { run: hostileClients.sendGarbage, weight: 1 },
  flood: { run: hostileClients.flood, weight: 0.1 },
  'stop reading': { run: hostileClients.stopReading, weight: 1 },
  go: { run: hostileClients.disconnect, weight: 1 },
} as const satisfies Record<string, WeightedOperation>;

export type StepKind = keyof typeof WORKLOAD | keyof typeof FAULTS;

export const OPERATIONS: Readonly<Record<StepKind, WeightedOperation>> = { ...WORKLOAD, ...FAULTS };
