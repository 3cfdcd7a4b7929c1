import type { Tab } from '../sim/client-tab.ts';
import type { World } from '../sim/simulation.ts';
import type { Deed } from './sent-messages.ts';

/** After the storm: everything a user sent has ended as exactly one of confirmed or failed. */
export function judgeDeeds(world: World): void {
  judgeTurns(world);
  judgeTexts(world);
  const tabs = [...world.tabs];
  for (const deed of world.deeds.all.values()) {
    judgeDeed(
      world,
      deed,
      tabs.filter(({ device }) => device === deed.device),
    );
  }
}

function judgeDeed(world: World, deed: Deed, tabs: readonly Tab[]): void {
  const stored = world.oracle.messages.get(deed.id);
  const failures = tabs.flatMap((tab) =>
    tab.client.failures.get().filter(({ kind, message }) => kind === 'send' && message === deed.id),
  );
  const told = `${deed.id} "${deed.text}", sent by ${deed.clientId} at ${deed.atMs} in ${deed.channel}`;
  const violate = (what: string): void => world.violate('G8 honest optimism', `${told} ${what}`);
  if (failures.length > 1) violate(`has failed ${failures.length} times over`);
  if (stored === undefined) {
    const isExcused = deed.fate !== 'open' || deed.device.hasLost;
    if (failures.length === 1) world.count('sent and failed');
    if (failures.length === 0 && !isExcused) violate('is neither stored nor failed');
    return;
  }
  world.count('sent and confirmed');
  if (world.oracle.isMember(stored.channel, deed.device.user.id)) judgeChanges(world, deed);
  const [failure] = failures;
  if (failure !== undefined && world.oracle.isMember(stored.channel, deed.device.user.id)) {
    violate(`is stored as ${stored.channel}#${stored.seq}, and has failed (${failure.reason})`);
  }
}

/** What the author did to a message while it was pending is done, or has failed, whatever became of the sending. */
function judgeChanges(world: World, { id, fate, device, text, isEchoed }: Deed): void {
  const tabs = [...world.tabs].filter(({ user }) => user === device.user.id);
  const hasFailed = tabs.some(({ client }) => client.failures.get().some(({ message }) => message === id));
  if (hasFailed || isEchoed || world.devices.some(({ user, hasLost }) => user === device.user && hasLost)) return;
  const stored = world.oracle.messages.get(id);
  const view = world.oracle.messagesAt(stored?.channel ?? '', Number.POSITIVE_INFINITY).get(id);
  if (fate === 'taken back' && view?.deleted !== true) {
    world.violate('G8 honest optimism', `${id} "${text}" was deleted while it was pending, and stands in the log`);
  }
  const edit = world.deeds.edits.get(id);
  if (edit?.isCertain === true && view?.deleted !== true && view?.body !== edit.text) {
    world.violate('G8 honest optimism', `${id} was edited to "${edit.text}", and says "${view?.body}"`);
  }
}

/**
 * What was written in one tab stands in the log in the order in which it was written, unless it failed in between, or was
 * taken back (it may have failed unseen then). Over a reload, if the storage answers before the SDK's patience with it ends.
 */
function judgeTurns(world: World): void {
  const last = new Map<string, { readonly deed: Deed; readonly seq: number }>();
  for (const deed of world.deeds.all.values()) {
    const seq = world.oracle.messages.get(deed.id)?.seq;
    if (seq === undefined || deed.hasFailed || deed.isEchoed || deed.fate === 'taken back') continue;
    const page = deed.device.hasBeenSlow ? deed.pageMs : 0;
    const key = `${deed.clientId} ${page} ${deed.channel}`;
    const before = last.get(key);
    if (before !== undefined && seq < before.seq) {
      world.violate(
        'G3 one order',
        `"${deed.text}" is #${seq}, but was written after "${before.deed.text}", #${before.seq}`,
      );
    }
    last.set(key, { deed, seq });
  }
}

/** Nobody's words are stored twice under two ids: every text that honest users send is another one. */
function judgeTexts(world: World): void {
  const ids = new Map<string, string>();
  const texts = new Set([...world.deeds.all.values()].map(({ text }) => text));
  for (const [id, { by, bodies }] of world.oracle.messages) {
    const [text = ''] = bodies;
    const before = ids.get(`${by} ${text}`);
    if (before !== undefined && texts.has(text)) {
      world.violate('G2 once', `"${text}" is stored as ${before} and as ${id}`);
    }
    ids.set(`${by} ${text}`, id);
  }
}
