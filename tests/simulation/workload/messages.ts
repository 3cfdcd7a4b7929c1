import type { Conversation, TimelineMessage } from '@parley/client';
import type { ChannelId } from '@parley/protocol';
import type { SeededRandom } from '@parley/testkit';
import { inChannel } from '../invariants/canaries.ts';
import { channelIdOf } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { World } from '../sim/simulation.ts';
import { byTab, look, pickChannel, pickOpen } from './operation.ts';

const EMOJI = ['👍', '🎉', '🙈'];
const MAX_BURST = 6;

export const send = byTab((world, tab, dice) => {
  const channel = pickOpen(tab, dice) ?? pickChannel(tab, dice);
  return channel === null ? null : `sends ${post(world, tab, { conversation: channel, dice })}`;
});

export const sendBurst = byTab((world, tab, dice) => {
  const channel = pickChannel(tab, dice);
  if (channel === null) return null;
  const count = 2 + dice.below(MAX_BURST - 1);
  return `sends ${Array.from({ length: count }, () => post(world, tab, { conversation: channel, dice })).join(' ')}`;
});

/** To another user, whether the direct message exists or not; now and then a note to oneself. */
export const sendDirect = byTab((world, tab, dice) => {
  const to = dice.pick(world.users);
  return to === undefined ? null : `sends ${post(world, tab, { conversation: `to:${to.id}`, dice })}`;
});

export const reply = byTab((world, tab, dice) => {
  const found = pickMessage(tab, dice, ({ thread, state }) => thread === null && state === 'sent');
  if (found === null) return null;
  return `replies ${post(world, tab, { conversation: found.channel, dice, thread: found.message.id })}`;
});

/** Also of a message that is still pending: the edit goes after it. */
export const edit = byTab((world, tab, dice) => {
  const found = pickMessage(tab, dice, (message) => message.by === tab.user && !message.deleted);
  if (found === null) return null;
  const { channel } = found;
  const text = inChannel(channel, `edited ${dice.token(24)}`);
  const { device, clientId } = tab;
  world.deeds.edited(found.message.id, { text, device, clientId, atMs: world.clock.elapsed() });
  tab.client.edit(channel, found.message.id, text);
  return `edits ${found.message.id}`;
});

export const remove = byTab((world, tab, dice) => {
  const found = pickMessage(tab, dice, (message) => message.by === tab.user && !message.deleted);
  if (found === null) return null;
  if (found.message.state === 'pending') world.deeds.end(found.message.id, 'taken back', world.clock.elapsed());
  tab.client.delete(found.channel, found.message.id);
  return `deletes ${found.message.id}`;
});

export const react = byTab((_world, tab, dice) => {
  const found = pickMessage(tab, dice, ({ deleted, state }) => !deleted && state === 'sent');
  const emoji = dice.pick(EMOJI) ?? '';
  if (found === null) return null;
  const { channel } = found;
  const isGiven = found.message.reactions.some((one) => one.emoji === emoji && one.users.includes(tab.user));
  if (isGiven) tab.client.unreact(channel, found.message.id, emoji);
  else tab.client.react(channel, found.message.id, emoji);
  return `${isGiven ? 'takes back' : 'gives'} ${emoji} on ${found.message.id}`;
});

export const retry = byTab((world, tab, dice) => {
  const failure = dice.pick(tab.client.failures.get());
  if (failure === undefined) return null;
  if (failure.kind === 'edit') world.deeds.uncertain(failure.message);
  tab.client.retry(failure.id);
  return `tries ${failure.kind} ${failure.message} again, after ${failure.reason}`;
});

export const dismiss = byTab((world, tab, dice) => {
  const failure = dice.pick(tab.client.failures.get());
  if (failure === undefined) return null;
  if (failure.kind === 'send') world.deeds.end(failure.message, 'dismissed', world.clock.elapsed());
  world.deeds.uncertain(failure.message);
  tab.client.dismiss(failure.id);
  return `dismisses ${failure.kind} ${failure.message}`;
});

export const type = byTab((_world, tab, dice) => {
  const conversation = pickOpen(tab, dice) ?? pickChannel(tab, dice);
  if (conversation === null) return null;
  tab.client.composing(conversation, dice.chance(0.8));
  return `types in ${conversation}`;
});

interface Post {
  readonly conversation: Conversation;
  readonly dice: SeededRandom;
  readonly thread?: string;
}

function post(world: World, tab: Tab, { conversation, dice, thread }: Post): string {
  look(world, tab, conversation);
  const mention = dice.chance(0.2) ? `@${dice.pick(world.users)?.handle} ` : '';
  const channel = channelIdOf(tab, conversation);
  const text = inChannel(channel, `${mention}${dice.token(36)}`);
  const id = tab.client.send(conversation, text, thread === undefined ? {} : { thread });
  const { device, clientId, pageMs } = tab;
  world.deeds.sent({ id, device, conversation, channel, text, clientId, pageMs, atMs: world.clock.elapsed() });
  return `${id} in ${conversation}`;
}

/** A message that the tab shows, in a channel that it knows. */
function pickMessage(
  tab: Tab,
  dice: SeededRandom,
  isMeant: (message: TimelineMessage) => boolean,
): { readonly channel: ChannelId; readonly message: TimelineMessage } | null {
  const conversation = pickOpen(tab, dice);
  const channel = conversation === null ? null : tab.client.channelOf(conversation);
  if (conversation === null || channel === null) return null;
  const message = dice.pick(tab.client.timeline(conversation).get().messages.filter(isMeant));
  return message === undefined ? null : { channel: channel.id, message };
}
