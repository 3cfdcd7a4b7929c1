import type { Conversation } from '@parley/client';
import type { SeededRandom } from '@parley/testkit';
import { checkTimeline } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';

/** Does something to a world. Answers what it did, for the history; null when there was nothing to do it to. */
export type Operation = (simulation: Simulation, random: SeededRandom) => string | null;

/** A tab whose user can do something: it is awake, and has been told who the user is. */
export function pickTab(simulation: Simulation, random: SeededRandom): Tab | null {
  const able = [...simulation.tabs].filter(({ process, client }) => process.isRunning && client.me.get() !== null);
  return random.pick(able) ?? null;
}

/** A channel that the tab lists. */
export function pickChannel(tab: Tab, random: SeededRandom): string | null {
  return random.pick(tab.client.channels.get())?.id ?? null;
}

/** A conversation that the tab has open, with messages. */
export function pickOpen(tab: Tab, random: SeededRandom): Conversation | null {
  return random.pick([...tab.open.keys()]) ?? null;
}

/** The tab shows the conversation from now on, and is held to the laws whenever it changes. */
export function watch(simulation: Simulation, tab: Tab, conversation: Conversation): void {
  tab.watch(conversation, () => checkTimeline(simulation, tab, conversation));
}

/** An act of a user at a tab. */
export function asTab(run: (simulation: Simulation, tab: Tab, random: SeededRandom) => string | null): Operation {
  return (simulation, random) => {
    const tab = pickTab(simulation, random);
    if (tab === null) return null;
    const done = run(simulation, tab, random);
    return done === null ? null : `${tab.clientId} ${done}`;
  };
}
