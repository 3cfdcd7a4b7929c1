import { ChannelLog, isSameState } from './channel-log.ts';
import type { Calm, HistoryRecord, MessageState, Page, Shown } from './records.ts';
import type { Report } from './result.ts';

/** What client programs show, and what other ways of reading answer, against the log as it was read just before. */
export function judgePrograms(
  records: readonly HistoryRecord[],
  whole: ReadonlyMap<string, ChannelLog>,
  report: Report,
): void {
  const logs = new Map<string, ChannelLog>();
  const about = records.find((record) => record.what === 'about');
  const maxConvergedMs = about?.maxConvergedMs ?? 0;
  for (const [index, record] of records.entries()) {
    const line = index + 1;
    if (record.what === 'log') {
      const log = logs.get(record.channel) ?? new ChannelLog();
      log.read(record, () => undefined);
      logs.set(record.channel, log);
    }
    if (record.what === 'page') {
      judgePage(record, logs.get(record.channel), (what) => report('another state', what, line));
    }
    if (record.what === 'shown') judgeShown(record, logs, (what) => report('shown wrongly', what, line));
    if (record.what === 'calm') judgeCalm(record, maxConvergedMs, (what) => report('late', what, line));
  }
  judgeVanished(records, whole, report);
}

/** What a user sent ends as stored, or as told to have failed. */
function judgeVanished(
  records: readonly HistoryRecord[],
  whole: ReadonlyMap<string, ChannelLog>,
  report: Report,
): void {
  const open = new Map<string, { readonly client: string; readonly line: number }>();
  const failed = new Map<string, ReadonlySet<string>>();
  for (const [index, record] of records.entries()) {
    if (record.what === 'wrote') open.set(record.id, { client: record.client, line: index + 1 });
    if (record.what === 'given-up') open.delete(record.id);
    if (record.what === 'shown') failed.set(record.client, new Set(record.failed));
  }
  for (const [id, { client, line }] of open) {
    const isStored = [...whole.values()].some((log) => log.has(id));
    if (isStored || failed.get(client)?.has(id) === true) continue;
    report('vanished', `${client} sent ${id}: neither stored nor told to have failed`, line);
  }
}

function judgePage(
  { how, channel, messages }: Page,
  log: ChannelLog | undefined,
  report: (what: string) => void,
): void {
  const difference = differenceOf(messages, log?.messages ?? []);
  if (difference !== null) report(`${how} tells ${channel} with ${difference}`);
}

function judgeShown(shown: Shown, logs: ReadonlyMap<string, ChannelLog>, report: (what: string) => void): void {
  const { client, channel, messages, pending, fromStart } = shown;
  const stored = logs.get(channel)?.messages ?? [];
  const expected = fromStart ? stored : stored.slice(stored.length - messages.length);
  const difference = differenceOf(messages, expected);
  if (difference !== null) report(`${client} shows ${channel} with ${difference}`);
  if (messages.length === 0 && stored.length > 0) report(`${client} shows nothing of ${channel}`);
  if (pending.length > 0) report(`${client} still holds ${pending.length} as pending in ${channel}: ${pending[0]}`);
  const untrue = shown.failed.filter((id) => logs.get(channel)?.has(id));
  if (untrue.length > 0) report(`${client} says that ${untrue[0]} failed, but it is stored`);
}

/** Told, when both are not the same. */
function differenceOf(told: readonly MessageState[], stored: readonly MessageState[]): string | null {
  const at = Array.from({ length: Math.max(told.length, stored.length) }, (_, index) => index).find(
    (index) => !isSameState(told[index], stored[index]),
  );
  if (at === undefined) return null;
  return `${JSON.stringify(told[at] ?? null)} where ${JSON.stringify(stored[at] ?? null)} is stored`;
}

function judgeCalm(calm: Calm, maxConvergedMs: number, report: (what: string) => void): void {
  const { client, onlineMs, drainedMs, convergedMs } = calm;
  if (onlineMs === null) return report(`${client} did not come back`);
  if (drainedMs === null) return report(`${client} was back after ${onlineMs} ms, and something was never sent`);
  if (convergedMs === null) return report(`${client} was back after ${onlineMs} ms, and did not show everything`);
  const tookMs = convergedMs - Math.max(onlineMs, drainedMs);
  if (tookMs > maxConvergedMs) report(`${client} took ${tookMs} ms to show everything`);
}
