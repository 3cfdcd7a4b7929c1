import { ChannelLog, isSameState } from './channel-log.ts';
import type { Converged, HistoryRecord, MessageState, MessageList, ClientView } from './records.ts';
import type { Report } from './result.ts';

/** Compares what SDK clients show, and message lists read in other ways, with the log as of the preceding read. */
export function checkClients(
  records: readonly HistoryRecord[],
  whole: ReadonlyMap<string, ChannelLog>,
  report: Report,
): void {
  const logs = new Map<string, ChannelLog>();
  const header = records.find((record) => record.what === 'header');
  const maxConvergedMs = header?.maxConvergedMs ?? 0;
  for (const [index, record] of records.entries()) {
    const line = index + 1;
    if (record.what === 'log') {
      const log = logs.get(record.channel) ?? new ChannelLog();
      log.read(record, () => undefined);
      logs.set(record.channel, log);
    }
    if (record.what === 'message-list') {
      checkMessageList(record, logs.get(record.channel), (what) => report('wrong state', what, line));
    }
    if (record.what === 'client-view') checkClientView(record, logs, (what) => report('wrong view', what, line));
    if (record.what === 'converged') checkConverged(record, maxConvergedMs, (what) => report('late', what, line));
  }
  checkSubmitted(records, whole, report);
}

/** Every message that a user submitted is stored, shown as failed, or dismissed. */
function checkSubmitted(
  records: readonly HistoryRecord[],
  whole: ReadonlyMap<string, ChannelLog>,
  report: Report,
): void {
  const open = new Map<string, { readonly client: string; readonly line: number }>();
  const failed = new Map<string, ReadonlySet<string>>();
  for (const [index, record] of records.entries()) {
    if (record.what === 'submitted') open.set(record.id, { client: record.client, line: index + 1 });
    if (record.what === 'dismissed') open.delete(record.id);
    if (record.what === 'client-view') failed.set(record.client, new Set(record.failed));
  }
  for (const [id, { client, line }] of open) {
    const isStored = [...whole.values()].some((log) => log.has(id));
    if (isStored || failed.get(client)?.has(id) === true) continue;
    report('unaccounted', `${client} submitted ${id}: neither stored nor shown as failed`, line);
  }
}

function checkMessageList(
  { how, channel, messages }: MessageList,
  log: ChannelLog | undefined,
  report: (what: string) => void,
): void {
  const difference = differenceOf(messages, log?.messages ?? []);
  if (difference !== null) report(`${how} returns ${channel} with ${difference}`);
}

function checkClientView(
  view: ClientView,
  logs: ReadonlyMap<string, ChannelLog>,
  report: (what: string) => void,
): void {
  const { client, channel, messages, pending, fromStart } = view;
  const stored = logs.get(channel)?.messages ?? [];
  const expected = fromStart ? stored : stored.slice(stored.length - messages.length);
  const difference = differenceOf(messages, expected);
  if (difference !== null) report(`${client} shows ${channel} with ${difference}`);
  if (messages.length === 0 && stored.length > 0) report(`${client} shows nothing of ${channel}`);
  if (pending.length > 0) report(`${client} still shows ${pending.length} pending in ${channel}: ${pending[0]}`);
  const storedFailures = view.failed.filter((id) => logs.get(channel)?.has(id));
  if (storedFailures.length > 0) report(`${client} shows ${storedFailures[0]} as failed, but it is stored`);
}

/** Describes the first difference. Null when both are equal. */
function differenceOf(shown: readonly MessageState[], stored: readonly MessageState[]): string | null {
  const at = Array.from({ length: Math.max(shown.length, stored.length) }, (_, index) => index).find(
    (index) => !isSameState(shown[index], stored[index]),
  );
  if (at === undefined) return null;
  return `${JSON.stringify(shown[at] ?? null)} where ${JSON.stringify(stored[at] ?? null)} is stored`;
}

function checkConverged(record: Converged, maxConvergedMs: number, report: (what: string) => void): void {
  const { client, onlineMs, drainedMs, convergedMs } = record;
  if (onlineMs === null) return report(`${client} did not reconnect`);
  if (drainedMs === null) {
    return report(`${client} reconnected after ${onlineMs} ms, but some client never sent everything`);
  }
  if (convergedMs === null) return report(`${client} reconnected after ${onlineMs} ms, but never showed everything`);
  const tookMs = convergedMs - Math.max(onlineMs, drainedMs);
  if (tookMs > maxConvergedMs) report(`${client} took ${tookMs} ms to show everything`);
}
