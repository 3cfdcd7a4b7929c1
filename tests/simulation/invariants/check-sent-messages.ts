import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { SentMessage } from './sent-messages.ts';

/** After the storm: everything a user sent has ended as exactly one of confirmed or failed. */
export function judgeDeeds(simulation: Simulation): void {
  judgeTurns(simulation);
  judgeTexts(simulation);
  const tabs = [...simulation.tabs];
  for (const deed of simulation.deeds.all.values()) {
    judgeDeed(
      simulation,
      deed,
      tabs.filter(({ device }) => device === deed.device),
    );
  }
}

function judgeDeed(simulation: Simulation, deed: SentMessage, tabs: readonly Tab[]): void {
  const stored = simulation.oracle.messages.get(deed.id);
  const failures = tabs.flatMap((tab) =>
    tab.client.failures.get().filter(({ kind, message }) => kind === 'send' && message === deed.id),
  );
  const told = `${deed.id} "${deed.text}", sent by ${deed.clientId} at ${deed.atMs} in ${deed.channel}`;
  const reportViolation = (what: string): void => simulation.reportViolation('G8 honest optimism', `${told} ${what}`);
  if (failures.length > 1) reportViolation(`has failed ${failures.length} times over`);
  if (stored === undefined) {
    const isExcused = deed.status !== 'open' || deed.device.hasLost;
    if (failures.length === 1) simulation.count('sent and failed');
    if (failures.length === 0 && !isExcused) reportViolation('is neither stored nor failed');
    return;
  }
  simulation.count('sent and confirmed');
  if (simulation.oracle.isMember(stored.channel, deed.device.user.id)) judgeChanges(simulation, deed);
  const [failure] = failures;
  if (failure !== undefined && simulation.oracle.isMember(stored.channel, deed.device.user.id)) {
    reportViolation(`is stored as ${stored.channel}#${stored.seq}, and has failed (${failure.reason})`);
  }
}

/** What the author did to a message while it was pending is done, or has failed, whatever became of the sending. */
function judgeChanges(simulation: Simulation, { id, status, device, text, isEchoed }: SentMessage): void {
  const tabs = [...simulation.tabs].filter(({ user }) => user === device.user.id);
  const hasFailed = tabs.some(({ client }) => client.failures.get().some(({ message }) => message === id));
  if (hasFailed || isEchoed || simulation.devices.some(({ user, hasLost }) => user === device.user && hasLost)) return;
  const stored = simulation.oracle.messages.get(id);
  const view = simulation.oracle.messagesAt(stored?.channel ?? '', Number.POSITIVE_INFINITY).get(id);
  if (status === 'taken back' && view?.deleted !== true) {
    simulation.reportViolation(
      'G8 honest optimism',
      `${id} "${text}" was deleted while it was pending, and stands in the log`,
    );
  }
  const edit = simulation.deeds.edits.get(id);
  if (edit?.isCertain === true && view?.deleted !== true && view?.body !== edit.text) {
    simulation.reportViolation('G8 honest optimism', `${id} was edited to "${edit.text}", and says "${view?.body}"`);
  }
}

/**
 * What was written in one tab stands in the log in the order in which it was written, unless it failed in between, or was
 * taken back (it may have failed unseen then). Over a reload, if the storage answers before the SDK's patience with it ends.
 */
function judgeTurns(simulation: Simulation): void {
  const last = new Map<string, { readonly deed: SentMessage; readonly seq: number }>();
  for (const deed of simulation.deeds.all.values()) {
    const seq = simulation.oracle.messages.get(deed.id)?.seq;
    if (seq === undefined || deed.hasFailed || deed.isEchoed || deed.status === 'taken back') continue;
    const page = deed.device.hasBeenSlow ? deed.pageMs : 0;
    const key = `${deed.clientId} ${page} ${deed.channel}`;
    const before = last.get(key);
    if (before !== undefined && seq < before.seq) {
      simulation.reportViolation(
        'G3 one order',
        `"${deed.text}" is #${seq}, but was written after "${before.deed.text}", #${before.seq}`,
      );
    }
    last.set(key, { deed, seq });
  }
}

/** Nobody's words are stored twice under two ids: every text that honest users send is another one. */
function judgeTexts(simulation: Simulation): void {
  const ids = new Map<string, string>();
  const texts = new Set([...simulation.deeds.all.values()].map(({ text }) => text));
  for (const [id, { by, bodies }] of simulation.oracle.messages) {
    const [text = ''] = bodies;
    const before = ids.get(`${by} ${text}`);
    if (before !== undefined && texts.has(text)) {
      simulation.reportViolation('G2 once', `"${text}" is stored as ${before} and as ${id}`);
    }
    ids.set(`${by} ${text}`, id);
  }
}
