import type { Conversation, TimelineMessage } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';
import { withCanary } from '../invariants/canaries.ts';
import { channelIdOf } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';
import { asTab, watch, pickChannel, pickOpen } from './operation.ts';

const EMOJI = ['👍', '🎉', '🙈'];
const MAX_BURST = 6;

export const send = asTab((simulation, tab, random) => {
  const channel = pickOpen(tab, random) ?? pickChannel(tab, random);
  return channel === null ? null : `sends ${post(simulation, tab, { conversation: channel, random })}`;
});

export const sendBurst = asTab((simulation, tab, random) => {
  const channel = pickChannel(tab, random);
  if (channel === null) return null;
  const count = 2 + random.below(MAX_BURST - 1);
  return `sends ${Array.from({ length: count }, () => post(simulation, tab, { conversation: channel, random })).join(' ')}`;
});

/** Sends to a user, whether the direct message exists or not; sometimes to oneself. */
export const sendDirect = asTab((simulation, tab, random) => {
  const to = random.pick(simulation.users);
  return to === undefined ? null : `sends ${post(simulation, tab, { conversation: `to:${to.id}`, random })}`;
});

export const reply = asTab((simulation, tab, random) => {
  const found = pickMessage(tab, random, ({ thread, state }) => thread === null && state === 'sent');
  if (found === null) return null;
  return `replies ${post(simulation, tab, { conversation: found.channel, random, thread: found.message.id })}`;
});

/** Edits a message, also a pending one: the edit is sent after it. */
export const edit = asTab((simulation, tab, random) => {
  const found = pickMessage(tab, random, (message) => message.by === tab.user && !message.deleted);
  if (found === null) return null;
  const { channel } = found;
  const text = withCanary(channel, `edited ${random.token(24)}`);
  const { device, clientId } = tab;
  simulation.sentMessages.edited(found.message.id, { text, device, clientId, atMs: simulation.clock.elapsed() });
  tab.client.edit(channel, found.message.id, text);
  return `edits ${found.message.id}`;
});

export const remove = asTab((simulation, tab, random) => {
  const found = pickMessage(tab, random, (message) => message.by === tab.user && !message.deleted);
  if (found === null) return null;
  if (found.message.state === 'pending') {
    simulation.sentMessages.end(found.message.id, 'deleted-while-pending', simulation.clock.elapsed());
  }
  tab.client.delete(found.channel, found.message.id);
  return `deletes ${found.message.id}`;
});

export const react = asTab((_simulation, tab, random) => {
  const found = pickMessage(tab, random, ({ deleted, state }) => !deleted && state === 'sent');
  const emoji = random.pick(EMOJI) ?? '';
  if (found === null) return null;
  const { channel } = found;
  const isGiven = found.message.reactions.some((one) => one.emoji === emoji && one.users.includes(tab.user));
  if (isGiven) tab.client.unreact(channel, found.message.id, emoji);
  else tab.client.react(channel, found.message.id, emoji);
  return `${isGiven ? 'takes back' : 'gives'} ${emoji} on ${found.message.id}`;
});

export const retry = asTab((simulation, tab, random) => {
  const failure = random.pick(tab.client.failures.get());
  if (failure === undefined) return null;
  if (failure.kind === 'edit') simulation.sentMessages.uncertain(failure.message);
  tab.client.retry(failure.id);
  return `tries ${failure.kind} ${failure.message} again, after ${failure.reason}`;
});

export const dismiss = asTab((simulation, tab, random) => {
  const failure = random.pick(tab.client.failures.get());
  if (failure === undefined) return null;
  if (failure.kind === 'send') simulation.sentMessages.end(failure.message, 'dismissed', simulation.clock.elapsed());
  simulation.sentMessages.uncertain(failure.message);
  tab.client.dismiss(failure.id);
  return `dismisses ${failure.kind} ${failure.message}`;
});

export const type = asTab((_simulation, tab, random) => {
  const conversation = pickOpen(tab, random) ?? pickChannel(tab, random);
  if (conversation === null) return null;
  tab.client.composing(conversation, random.chance(0.8));
  return `types in ${conversation}`;
});

interface Post {
  readonly conversation: Conversation;
  readonly random: SeededRandom;
  readonly thread?: string;
}

function post(simulation: Simulation, tab: Tab, { conversation, random, thread }: Post): string {
  watch(simulation, tab, conversation);
  const mention = random.chance(0.2) ? `@${random.pick(simulation.users)?.handle} ` : '';
  const channel = channelIdOf(tab, conversation);
  const text = withCanary(channel, `${mention}${random.token(36)}`);
  const id = tab.client.send(conversation, text, thread === undefined ? {} : { thread });
  const { device, clientId, openedMs } = tab;
  simulation.sentMessages.sent({
    id,
    device,
    conversation,
    channel,
    text,
    clientId,
    openedMs,
    atMs: simulation.clock.elapsed(),
  });
  return `${id} in ${conversation}`;
}

/** Picks a message that the tab shows, in a channel that it knows. */
function pickMessage(
  tab: Tab,
  random: SeededRandom,
  isMeant: (message: TimelineMessage) => boolean,
): { readonly channel: ChannelId; readonly message: TimelineMessage } | null {
  const conversation = pickOpen(tab, random);
  const channel = conversation === null ? null : tab.client.channelOf(conversation);
  if (conversation === null || channel === null) return null;
  const message = random.pick(tab.client.timeline(conversation).get().messages.filter(isMeant));
  return message === undefined ? null : { channel: channel.id, message };
}
