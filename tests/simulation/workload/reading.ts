import { channelIdOf } from '../invariants/check-views.ts';
import { asTab, watch, pickChannel, pickOpen } from './operation.ts';

const MAX_READ_ALONG = 6;
const READ_EVERY_MS = 1_100;

export const open = asTab((simulation, tab, random) => {
  const channel = pickChannel(tab, random);
  if (channel === null) return null;
  watch(simulation, tab, channel);
  return `opens ${channel}`;
});

export const openAround = asTab((simulation, tab, random) => {
  const channel = pickChannel(tab, random);
  const lastSeq = tab.client.channels.get().find(({ id }) => id === channel)?.lastSeq ?? 0;
  if (channel === null || lastSeq === 0) return null;
  const seq = 1 + random.below(lastSeq);
  watch(simulation, tab, channel);
  tab.client.open(channel, seq);
  return `opens ${channel} around ${seq}`;
});

export const loadOlder = asTab((_simulation, tab, random) => {
  const conversation = pickOpen(tab, random);
  if (conversation === null) return null;
  tab.client.loadOlder(conversation);
  return `loads older of ${conversation}`;
});

export const loadNewer = asTab((_simulation, tab, random) => {
  const conversation = pickOpen(tab, random);
  if (conversation === null) return null;
  tab.client.loadNewer(conversation);
  return `loads newer of ${conversation}`;
});

export const jumpToLatest = asTab((_simulation, tab, random) => {
  const conversation = pickOpen(tab, random);
  if (conversation === null) return null;
  tab.client.jumpToLatest(conversation);
  return `jumps to the latest of ${conversation}`;
});

/** Marks shown messages as read, usually down to the last one. */
export const read = asTab((_simulation, tab, random) => {
  const conversation = pickOpen(tab, random);
  if (conversation === null) return null;
  const sent = tab.client
    .timeline(conversation)
    .get()
    .messages.filter(({ seq }) => seq !== null);
  const seq = (random.chance(0.7) ? sent.at(-1) : random.pick(sent))?.seq ?? null;
  if (seq === null) return null;
  tab.client.markRead(channelIdOf(tab, conversation), seq);
  return `reads ${conversation} down to ${seq}`;
});

/** Scrolls down message by message, which moves the cursor about once a second. */
export const readAlong = asTab((simulation, tab, random) => {
  const conversation = pickOpen(tab, random);
  const channel = conversation === null ? null : tab.client.channelOf(conversation);
  if (conversation === null || channel === null) return null;
  const { messages } = tab.client.timeline(conversation).get();
  const seqs = messages.map(({ seq }) => seq ?? 0).filter((seq) => seq > channel.readSeq);
  if (seqs.length === 0) return null;
  for (const [index, seq] of seqs.slice(0, MAX_READ_ALONG).entries()) {
    simulation.clock.after(index * READ_EVERY_MS, () => tab.process.run(() => tab.client.markRead(channel.id, seq)));
  }
  return `reads ${conversation} on from ${seqs[0]}`;
});

export const leaveScreen = asTab((_simulation, tab, random) => {
  const conversation = pickOpen(tab, random);
  if (conversation === null) return null;
  tab.open.get(conversation)?.();
  tab.open.delete(conversation);
  return `looks away from ${conversation}`;
});
