import type { Conversation } from '@parley/client';
import type { SeededRandom } from '@parley/testkit';
import { checkTimeline } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';

/** Performs one step. Returns a description for the history; null if there was no target. */
export type Operation = (simulation: Simulation, random: SeededRandom) => string | null;

/** Picks a tab that is running and knows its user. */
export function pickTab(simulation: Simulation, random: SeededRandom): Tab | null {
  const able = [...simulation.tabs].filter(({ process, client }) => process.isRunning && client.me.get() !== null);
  return random.pick(able) ?? null;
}

/** Picks a channel that the tab lists. */
export function pickChannel(tab: Tab, random: SeededRandom): string | null {
  return random.pick(tab.client.channels.get())?.id ?? null;
}

/** Picks a conversation that the tab has open. */
export function pickOpen(tab: Tab, random: SeededRandom): Conversation | null {
  return random.pick([...tab.open.keys()]) ?? null;
}

/** Shows the conversation in the tab, and checks it after each change. */
export function watch(simulation: Simulation, tab: Tab, conversation: Conversation): void {
  tab.watch(conversation, () => checkTimeline(simulation, tab, conversation));
}

/** An operation of a user in a random tab. */
export function asTab(run: (simulation: Simulation, tab: Tab, random: SeededRandom) => string | null): Operation {
  return (simulation, random) => {
    const tab = pickTab(simulation, random);
    if (tab === null) return null;
    const done = run(simulation, tab, random);
    return done === null ? null : `${tab.clientId} ${done}`;
  };
}
