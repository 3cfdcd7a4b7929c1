import * as clientFaults from '../faults/client.ts';
import * as intrusion from '../faults/hostile-client.ts';
import * as networkFaults from '../faults/network.ts';
import * as serverFaults from '../faults/server.ts';
import * as channels from './channels.ts';
import * as writing from './messages.ts';
import type { Act } from './operation.ts';
import * as reading from './reading.ts';

interface Kind {
  readonly act: Act;
  /** How often it is drawn, compared with the others of its sort. */
  readonly weight: number;
}

/** What people do. */
export const WORK = {
  send: { act: writing.send, weight: 14 },
  'send several': { act: writing.sendBurst, weight: 4 },
  'send directly': { act: writing.sendDirect, weight: 5 },
  reply: { act: writing.reply, weight: 2 },
  edit: { act: writing.edit, weight: 4 },
  delete: { act: writing.remove, weight: 2 },
  react: { act: writing.react, weight: 4 },
  type: { act: writing.type, weight: 5 },
  'try again': { act: writing.retry, weight: 3 },
  dismiss: { act: writing.dismiss, weight: 1 },
  open: { act: reading.open, weight: 5 },
  'open around': { act: reading.openAround, weight: 2 },
  'load older': { act: reading.loadOlder, weight: 2 },
  'load newer': { act: reading.loadNewer, weight: 2 },
  'jump to the latest': { act: reading.jumpToLatest, weight: 1 },
  read: { act: reading.read, weight: 8 },
  'read along': { act: reading.readAlong, weight: 4 },
  'look away': { act: reading.leaveScreen, weight: 2 },
  'make a channel': { act: channels.create, weight: 2 },
  join: { act: channels.join, weight: 3 },
  leave: { act: channels.leave, weight: 2 },
  invite: { act: channels.invite, weight: 4 },
  remove: { act: channels.removeMember, weight: 3 },
  rename: { act: channels.rename, weight: 1 },
  'rename oneself': { act: channels.renameOneself, weight: 1 },
  echo: { act: channels.echo, weight: 2 },
} as const satisfies Record<string, Kind>;

/** What goes wrong. */
export const FAULTS = {
  reload: { act: clientFaults.reload, weight: 4 },
  'close a page': { act: clientFaults.closePage, weight: 3 },
  'open a page': { act: clientFaults.openPage, weight: 4 },
  duplicate: { act: clientFaults.duplicate, weight: 1 },
  sleep: { act: clientFaults.sleep, weight: 2 },
  'jump of a client’s clock': { act: clientFaults.jumpClock, weight: 1 },
  'go offline': { act: clientFaults.goOffline, weight: 3 },
  hint: { act: clientFaults.hint, weight: 1 },
  'reconnect now': { act: clientFaults.reconnectNow, weight: 2 },
  'sign out': { act: clientFaults.signOut, weight: 1 },
  cut: { act: networkFaults.cut, weight: 6 },
  silence: { act: networkFaults.silence, weight: 3 },
  'slow reader': { act: networkFaults.slowReader, weight: 2 },
  'narrow line': { act: networkFaults.narrowLine, weight: 2 },
  crash: { act: serverFaults.crash, weight: 3 },
  'crash at an await': { act: serverFaults.crashAtAnyAwait, weight: 3 },
  'rolling restart': { act: serverFaults.rollingRestart, weight: 1 },
  pause: { act: serverFaults.pause, weight: 2 },
  'jump of a clock': { act: serverFaults.jumpClock, weight: 2 },
  storm: { act: serverFaults.storm, weight: 10 },
  outage: { act: serverFaults.outage, weight: 1 },
  partition: { act: serverFaults.partition, weight: 3 },
  intrude: { act: intrusion.intrude, weight: 2 },
  meddle: { act: intrusion.meddle, weight: 8 },
  ambush: { act: intrusion.ambush, weight: 1.5 },
  'say twice': { act: intrusion.sayTwice, weight: 3 },
  babble: { act: intrusion.babble, weight: 1 },
  flood: { act: intrusion.flood, weight: 0.1 },
  'stop reading': { act: intrusion.stopReading, weight: 1 },
  go: { act: intrusion.go, weight: 1 },
} as const satisfies Record<string, Kind>;

export type StepKind = keyof typeof WORK | keyof typeof FAULTS;

export const KINDS: Readonly<Record<StepKind, Kind>> = { ...WORK, ...FAULTS };
