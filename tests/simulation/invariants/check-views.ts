import type { Conversation, Timeline, TimelineMessage } from '@parley/client';
import type { ChannelId, MessageView } from '@parley/protocol';
import type { ChannelTruth } from '../oracle/oracle.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';
import { dmOf } from './canaries.ts';
import { canonical } from './check-replies.ts';

/** Checks what a tab shows of one conversation. Must hold at any moment, under any fault. */
export function checkTimeline(simulation: Simulation, tab: Tab, conversation: Conversation): void {
  const timeline = tab.client.timeline(conversation).get();
  const failures = tab.client.failures.get();
  // The log only grows, so a view that was valid stays valid.
  const lastChecked = tab.lastChecked.get(conversation);
  if (lastChecked?.timeline === timeline && lastChecked.failures === failures) return;
  tab.lastChecked.set(conversation, { timeline, failures });
  const { messages } = timeline;
  const reportViolation = (guarantee: Parameters<Simulation['reportViolation']>[0], what: string): void =>
    simulation.reportViolation(guarantee, `${tab.clientId} shows ${conversation}: ${what}`);
  const ids = new Set(messages.map(({ id }) => id));
  if (ids.size < messages.length) reportViolation('G8 honest optimism', `a message twice: ${list(messages)}`);
  for (const { kind, message, reason } of failures) {
    if (kind === 'send' && ids.has(message)) {
      reportViolation('G8 honest optimism', `${message}, which failed (${reason})`);
    }
  }
  checkPendingShown(simulation, tab, conversation);
  const channel = channelIdOf(tab, conversation);
  const sent = messages.filter(({ state }) => state === 'sent');
  if (messages.slice(0, sent.length).some(({ state }) => state !== 'sent')) {
    reportViolation('G8 honest optimism', `confirmed messages below pending ones: ${list(messages)}`);
  }
  checkConfirmed(simulation, { tab, channel, sent, reportViolation });
}

/** A message shown as pending in a loaded timeline stays visible until it is confirmed or fails. */
function checkPendingShown(simulation: Simulation, tab: Tab, conversation: Conversation): void {
  const { messages, moreAfter, state } = tab.client.timeline(conversation).get();
  const ids = new Set(messages.map(({ id }) => id));
  const failed = new Set(tab.client.failures.get().map(({ message }) => message));
  const isListed = tab.client.channelOf(conversation) !== null || conversation.startsWith('to:');
  for (const id of tab.pending.get(conversation) ?? []) {
    const isOpen = simulation.sentMessages.all.get(id)?.status === 'open';
    if (ids.has(id) || failed.has(id) || moreAfter || state !== 'loaded' || !isListed || !isOpen) continue;
    simulation.reportViolation(
      'G8 honest optimism',
      `${tab.clientId} shows ${conversation} without ${id}, which was pending`,
    );
  }
  const pending = messages.filter((message) => message.state === 'pending');
  tab.pending.set(conversation, new Set(state === 'loaded' ? pending.map(({ id }) => id) : []));
}

interface Shown {
  readonly tab: Tab;
  readonly channel: ChannelId;
  readonly sent: readonly TimelineMessage[];
  readonly reportViolation: Simulation['reportViolation'];
}

/** Confirmed messages are stored, in order, and without a gap between them. */
function checkConfirmed(simulation: Simulation, shown: Shown): void {
  const { tab, channel, sent, reportViolation } = shown;
  let before: number | null = null;
  for (const [index, message] of sent.entries()) {
    const truth = simulation.oracle.messages.get(message.id);
    if (truth?.channel !== channel) {
      return reportViolation('G1 durable', `${message.id} as sent, but it is not stored`);
    }
    if (truth.seq !== message.seq || truth.by !== message.by) {
      reportViolation(
        'G3 one order',
        `${message.id} as #${message.seq} by ${message.by}, it is #${truth.seq} by ${truth.by}`,
      );
    }
    checkText(simulation, shown, message);
    const { position } = truth;
    before ??= position;
    if (position < before) return reportViolation('G3 one order', `#${message.seq} below later ones: ${list(sent)}`);
    // Own messages are shown at the end as soon as they are acknowledged, before earlier events have arrived.
    const isOwnAhead = (): boolean => sent.slice(index).every(({ by }) => by === tab.user);
    if (position > before + 1 && !isOwnAhead()) {
      return reportViolation('G4 no silent gap', `a gap before #${message.seq}: ${list(sent)}`);
    }
    before = position;
  }
}

/** The text of a message is one that its author wrote. Not checked while the user is changing the message. */
function checkText(
  simulation: Simulation,
  { tab, reportViolation }: Shown,
  { id, body, deleted, changing }: TimelineMessage,
): void {
  const truth = simulation.oracle.messages.get(id);
  if (truth === undefined || changing) return;
  // Also sent over HTTP, with another text: until the event arrives, the SDK shows its own text.
  if (truth.by === tab.user && simulation.sentMessages.all.get(id)?.isSentTwice === true) return;
  if (deleted && truth.deleted === null) reportViolation('G1 durable', `${id} as deleted, which it is not`);
  if (!deleted && !truth.bodies.has(body)) {
    reportViolation('G1 durable', `${id} as "${body}", which it never was`);
  }
}

/** Checks the channel list. Must hold at any moment. */
export function checkChannelList(simulation: Simulation, tab: Tab): void {
  const views = tab.client.channels.get();
  if (views === tab.lastChannelList) return;
  tab.lastChannelList = views;
  // A member who was removed and added again, even by a late message, starts from scratch.
  const ids = new Set(views.map(({ id }) => id));
  for (const id of tab.lastSeqs.keys()) if (!ids.has(id)) tab.lastSeqs.delete(id);
  for (const { id, lastSeq, readSeq } of views) {
    const before = tab.lastSeqs.get(id) ?? 0;
    if (lastSeq < before) {
      simulation.reportViolation('G4 no silent gap', `${tab.clientId} goes back in ${id} from ${before} to ${lastSeq}`);
    }
    tab.lastSeqs.set(id, lastSeq);
    const truth = simulation.oracle.channels.get(id);
    const wasMember = truth?.members.has(tab.user) === true || truth?.past.has(tab.user) === true;
    if (!wasMember) simulation.reportViolation('G6 members only', `${tab.clientId} lists ${id}`);
    const head = truth?.log.length ?? 0;
    if (lastSeq > head || readSeq > head) {
      simulation.reportViolation(
        'G1 durable',
        `${tab.clientId} is at ${lastSeq}, has read ${readSeq} of ${id}, stored are ${head}`,
      );
    }
  }
}

/** After the last fault: the tab shows exactly what is stored. */
export function checkConverged(simulation: Simulation, tab: Tab): void {
  const { oracle } = simulation;
  const reportViolation = (what: string): void =>
    simulation.reportViolation('G5 convergence', `${tab.clientId}: ${what}`);
  const truths = oracle.channelsOf(tab.user);
  const views = tab.client.channels.get();
  const [shown, stored] = [views.map(({ id }) => id).toSorted(), truths.map(({ id }) => id).toSorted()];
  if (shown.join() !== stored.join()) reportViolation(`lists ${shown.join()}, is in ${stored.join()}`);
  for (const view of views) {
    const truth = oracle.channels.get(view.id);
    if (truth === undefined) continue;
    const readSeq = readSeqOf(truth, { readSeq: view.readSeq, userId: tab.user });
    const { unread, mentions } = oracle.unread(view.id, tab.user, { readSeq, asOf: truth.log.length });
    const { name, topic, log, members } = truth;
    const expected = { name, topic, lastSeq: log.length, readSeq, unread, memberCount: members.size };
    for (const [field, value] of Object.entries(expected)) {
      const actual = view[field as keyof typeof expected];
      if (actual !== value) reportViolation(`${view.id} has ${field} ${actual}, it is ${value}`);
    }
    // A tombstone does not contain its mentions, so a client that moves its cursor can't count them exactly.
    const uncertain = oracle.tombstones(view.id, tab.user);
    if (Math.abs(view.mentions - mentions) > uncertain) {
      reportViolation(`${view.id} has mentions ${view.mentions}, it is ${mentions}`);
    }
    if (tab.open.has(view.id)) checkFullTimeline(simulation, tab, view.id);
  }
}

/** The allowed read cursor of a device: the stored one, or the previous one if the last move was never acknowledged. */
function readSeqOf({ members }: ChannelTruth, { readSeq: shown, userId }: { readSeq: number; userId: string }): number {
  const { readSeq, ackedSeq } = members.get(userId) ?? { readSeq: 0, ackedSeq: 0 };
  return Math.min(readSeq, Math.max(ackedSeq, shown));
}

function checkFullTimeline(simulation: Simulation, tab: Tab, channel: ChannelId): void {
  const timeline = tab.client.timeline(channel).get();
  const reportViolation = (what: string): void =>
    simulation.reportViolation('G5 convergence', `${tab.clientId} shows ${channel} ${what}`);
  if (!isFullyLoaded(timeline)) return reportViolation(`as ${timeline.state}, not whole`);
  const displayed = timeline.messages.map((message) => JSON.stringify(canonical(viewOf(message))));
  const stored = [...simulation.oracle.messagesAt(channel, Number.POSITIVE_INFINITY).values()];
  const expected = stored.map((view) => JSON.stringify(canonical(view)));
  const differing = expected.findIndex((text, index) => displayed[index] !== text);
  if (differing !== -1) reportViolation(`with ${displayed[differing]} where ${expected[differing]} is stored`);
  else if (displayed.length > expected.length) {
    reportViolation(`with ${displayed[expected.length]}, which is not stored`);
  }
}

/** All messages are loaded and none is pending. */
export function isFullyLoaded({
  state,
  messages,
  moreBefore,
  moreAfter,
  loadingBefore,
  loadingAfter,
}: Timeline): boolean {
  if (state !== 'loaded' || moreBefore || moreAfter || loadingBefore || loadingAfter) return false;
  return messages.every((message) => message.state === 'sent' && !message.changing);
}

export function channelIdOf(tab: Tab, conversation: Conversation): ChannelId {
  return conversation.startsWith('to:') ? dmOf(tab.user, conversation.slice(3)) : conversation;
}

function viewOf(message: TimelineMessage): MessageView {
  const { id, seq, at, by, body, deleted, editedAt, thread, mentions, reactions } = message;
  return {
    id,
    seq: seq ?? 0,
    at,
    by,
    ...(deleted ? { deleted } : { body }),
    ...(editedAt === null ? {} : { editedAt }),
    ...(thread === null ? {} : { thread }),
    mentions: [...mentions],
    reactions: [...reactions],
  };
}

function list(messages: readonly TimelineMessage[]): string {
  return messages.map(({ id, seq, state }) => `${id.slice(0, 4)}:${seq ?? state}`).join(' ');
}
