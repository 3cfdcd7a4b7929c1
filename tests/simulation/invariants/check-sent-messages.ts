import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { SentMessage } from './sent-messages.ts';

/** After the last fault: everything that users sent is either confirmed or failed, never both. */
export function checkSentMessages(simulation: Simulation): void {
  checkSendOrder(simulation);
  checkUniqueTexts(simulation);
  const tabs = [...simulation.tabs];
  for (const sent of simulation.sentMessages.all.values()) {
    checkSentMessage(
      simulation,
      sent,
      tabs.filter(({ device }) => device === sent.device),
    );
  }
}

function checkSentMessage(simulation: Simulation, sent: SentMessage, tabs: readonly Tab[]): void {
  const stored = simulation.oracle.messages.get(sent.id);
  const failures = tabs.flatMap((tab) =>
    tab.client.failures.get().filter(({ kind, message }) => kind === 'send' && message === sent.id),
  );
  const subject = `${sent.id} "${sent.text}", sent by ${sent.clientId} at ${sent.atMs} in ${sent.channel}`;
  const reportViolation = (what: string): void =>
    simulation.reportViolation('G8 honest optimism', `${subject} ${what}`);
  if (failures.length > 1) reportViolation(`is shown as failed ${failures.length} times`);
  if (stored === undefined) {
    const isExcused = sent.status !== 'open' || sent.device.hasLostData;
    if (failures.length === 1) simulation.count('sent and failed');
    if (failures.length === 0 && !isExcused) reportViolation('is neither stored nor failed');
    return;
  }
  simulation.count('sent and confirmed');
  if (simulation.oracle.isMember(stored.channel, sent.device.user.id)) checkChanges(simulation, sent);
  const [failure] = failures;
  if (failure !== undefined && simulation.oracle.isMember(stored.channel, sent.device.user.id)) {
    reportViolation(`is stored as ${stored.channel}#${stored.seq}, and has failed (${failure.reason})`);
  }
}

/** Edits and deletions of a pending message are stored or shown as failed, whatever the outcome of the send. */
function checkChanges(simulation: Simulation, { id, status, device, text, isSentTwice }: SentMessage): void {
  const tabs = [...simulation.tabs].filter(({ user }) => user === device.user.id);
  const hasFailed = tabs.some(({ client }) => client.failures.get().some(({ message }) => message === id));
  if (
    hasFailed ||
    isSentTwice ||
    simulation.devices.some(({ user, hasLostData }) => user === device.user && hasLostData)
  ) {
    return;
  }
  const stored = simulation.oracle.messages.get(id);
  const view = simulation.oracle.messagesAt(stored?.channel ?? '', Number.POSITIVE_INFINITY).get(id);
  if (status === 'deleted-while-pending' && view?.deleted !== true) {
    simulation.reportViolation(
      'G8 honest optimism',
      `${id} "${text}" was deleted while it was pending, but is stored undeleted`,
    );
  }
  const edit = simulation.sentMessages.edits.get(id);
  if (edit?.isCertain === true && view?.deleted !== true && view?.body !== edit.text) {
    simulation.reportViolation('G8 honest optimism', `${id} was edited to "${edit.text}", but is "${view?.body}"`);
  }
}

/**
 * Messages of one tab are stored in the order of writing. Exceptions: messages that failed in between, and messages
 * deleted while pending, which may have failed unseen. The order survives a reload if the storage answers within the
 * SDK's timeout.
 */
function checkSendOrder(simulation: Simulation): void {
  const last = new Map<string, { readonly sent: SentMessage; readonly seq: number }>();
  for (const sent of simulation.sentMessages.all.values()) {
    const seq = simulation.oracle.messages.get(sent.id)?.seq;
    if (seq === undefined || sent.hasFailed || sent.isSentTwice || sent.status === 'deleted-while-pending') continue;
    const page = sent.device.hasBeenSlow ? sent.openedMs : 0;
    const key = `${sent.clientId} ${page} ${sent.channel}`;
    const before = last.get(key);
    if (before !== undefined && seq < before.seq) {
      simulation.reportViolation(
        'G3 one order',
        `"${sent.text}" is #${seq}, but was written after "${before.sent.text}", #${before.seq}`,
      );
    }
    last.set(key, { sent, seq });
  }
}

/** No text is stored under two ids: every text that honest users send is unique. */
function checkUniqueTexts(simulation: Simulation): void {
  const ids = new Map<string, string>();
  const texts = new Set([...simulation.sentMessages.all.values()].map(({ text }) => text));
  for (const [id, { by, bodies }] of simulation.oracle.messages) {
    const [text = ''] = bodies;
    const before = ids.get(`${by} ${text}`);
    if (before !== undefined && texts.has(text)) {
      simulation.reportViolation('G2 once', `"${text}" is stored as ${before} and as ${id}`);
    }
    ids.set(`${by} ${text}`, id);
  }
}
