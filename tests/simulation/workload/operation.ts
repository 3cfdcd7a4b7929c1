import type { Conversation } from '@parley/client';
import type { SeededRandom } from '@parley/testkit';
import { judgeTimeline } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { World } from '../sim/simulation.ts';

/** Does something to a world. Answers what it did, for the history; null when there was nothing to do it to. */
export type Act = (world: World, dice: SeededRandom) => string | null;

/** A tab whose user can do something: it is awake, and has been told who the user is. */
export function pickTab(world: World, dice: SeededRandom): Tab | null {
  const able = [...world.tabs].filter(({ machine, client }) => machine.isRunning && client.me.get() !== null);
  return dice.pick(able) ?? null;
}

/** A channel that the tab lists. */
export function pickChannel(tab: Tab, dice: SeededRandom): string | null {
  return dice.pick(tab.client.channels.get())?.id ?? null;
}

/** A conversation that the tab has open, with messages. */
export function pickOpen(tab: Tab, dice: SeededRandom): Conversation | null {
  return dice.pick([...tab.open.keys()]) ?? null;
}

/** The tab shows the conversation from now on, and is held to the laws whenever it changes. */
export function look(world: World, tab: Tab, conversation: Conversation): void {
  tab.look(conversation, () => judgeTimeline(world, tab, conversation));
}

/** An act of a user at a tab. */
export function byTab(act: (world: World, tab: Tab, dice: SeededRandom) => string | null): Act {
  return (world, dice) => {
    const tab = pickTab(world, dice);
    if (tab === null) return null;
    const done = act(world, tab, dice);
    return done === null ? null : `${tab.clientId} ${done}`;
  };
}
