import { channelIdOf } from '../laws/view-laws.ts';
import { byTab, look, pickChannel, pickOpen } from './step.ts';

export const open = byTab((world, tab, dice) => {
  const channel = pickChannel(tab, dice);
  if (channel === null) return null;
  look(world, tab, channel);
  return `opens ${channel}`;
});

export const openAround = byTab((world, tab, dice) => {
  const channel = pickChannel(tab, dice);
  const lastSeq = tab.client.channels.get().find(({ id }) => id === channel)?.lastSeq ?? 0;
  if (channel === null || lastSeq === 0) return null;
  const seq = 1 + dice.below(lastSeq);
  look(world, tab, channel);
  tab.client.open(channel, seq);
  return `opens ${channel} around ${seq}`;
});

export const loadOlder = byTab((_world, tab, dice) => {
  const conversation = pickOpen(tab, dice);
  if (conversation === null) return null;
  tab.client.loadOlder(conversation);
  return `loads older of ${conversation}`;
});

export const loadNewer = byTab((_world, tab, dice) => {
  const conversation = pickOpen(tab, dice);
  if (conversation === null) return null;
  tab.client.loadNewer(conversation);
  return `loads newer of ${conversation}`;
});

export const jumpToLatest = byTab((_world, tab, dice) => {
  const conversation = pickOpen(tab, dice);
  if (conversation === null) return null;
  tab.client.jumpToLatest(conversation);
  return `jumps to the latest of ${conversation}`;
});

/** Reads what is on screen: as a rule down to the last message. */
export const read = byTab((_world, tab, dice) => {
  const conversation = pickOpen(tab, dice);
  if (conversation === null) return null;
  const sent = tab.client
    .timeline(conversation)
    .get()
    .messages.filter(({ seq }) => seq !== null);
  const seq = (dice.chance(0.7) ? sent.at(-1) : dice.pick(sent))?.seq ?? null;
  if (seq === null) return null;
  tab.client.markRead(channelIdOf(tab, conversation), seq);
  return `reads ${conversation} down to ${seq}`;
});

export const leaveScreen = byTab((_world, tab, dice) => {
  const conversation = pickOpen(tab, dice);
  if (conversation === null) return null;
  tab.open.get(conversation)?.();
  tab.open.delete(conversation);
  return `looks away from ${conversation}`;
});
