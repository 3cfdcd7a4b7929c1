import { Attempts } from './attempts.ts';
import { ChannelLog } from './channel-log.ts';
import { checkClients } from './check-clients.ts';
import { checkDelivery } from './check-delivery.ts';
import { checkLogs } from './check-log.ts';
import type { HistoryRecord } from './records.ts';
import type { CheckResult, Violation } from './result.ts';

/** Further violations of a kind add nothing. */
const MAX_VIOLATIONS_PER_KIND = 20;

/** Checks a history against the guarantees. It uses nothing but the history. */
export function check(records: readonly HistoryRecord[]): CheckResult {
  const violations: Violation[] = [];
  const found: Record<string, number> = {};
  const report = (kind: Violation['kind'], what: string, line: number): void => {
    found[kind] = (found[kind] ?? 0) + 1;
    if (found[kind] <= MAX_VIOLATIONS_PER_KIND) violations.push({ kind, what, line });
  };

  const attempts = new Attempts(records);
  const logs = readLogs(records, report);
  checkLogs({ attempts, logs, report });
  checkDelivery(records, logs, report);
  checkClients(records, logs, report);
  checkMeasures(records, report);

  const counts = countAll(records, logs);
  for (const [kind, count] of Object.entries(found)) counts[`violations: ${kind}`] = count;
  const unknown = attempts.all.filter(({ acked, refused }) => acked === null && refused === null);
  const isStored = ({ channel, attempt }: (typeof unknown)[number]): boolean =>
    attempt.kind === 'message' && logs.get(channel)?.has(attempt.id) === true;
  counts['without an answer'] = unknown.length;
  counts['without an answer, yet stored'] = unknown.filter(isStored).length;
  for (const needed of ['acked', 'delivered', 'log', 'client-view']) {
    if ((counts[needed] ?? 0) === 0) report('inconclusive', `the history has no record "${needed}"`, 0);
  }

  const converged = records.filter((record) => record.what === 'converged');
  const convergedMs = converged.flatMap(({ convergedMs }) => (convergedMs === null ? [] : [convergedMs]));
  const afterOnline = converged.flatMap(({ convergedMs, onlineMs, drainedMs }) =>
    convergedMs === null || onlineMs === null || drainedMs === null
      ? []
      : [Math.max(0, convergedMs - Math.max(onlineMs, drainedMs))],
  );
  return { violations, counts, convergedMs: ascending(convergedMs), convergedAfterOnlineMs: ascending(afterOnline) };
}

type Report = Parameters<typeof checkDelivery>[2];

/** The final state of each log. Reports holes, and entries that later reads returned differently. */
function readLogs(records: readonly HistoryRecord[], report: Report): Map<string, ChannelLog> {
  const logs = new Map<string, ChannelLog>();
  for (const [index, record] of records.entries()) {
    if (record.what !== 'log') continue;
    const line = index + 1;
    const { channel, after, lastSeq, entries } = record;
    const log = logs.get(channel) ?? new ChannelLog();
    logs.set(channel, log);
    const expected = Array.from({ length: Math.max(0, lastSeq - after) }, (_, at) => after + at + 1);
    if (entries.map(({ seq }) => seq).join() !== expected.join()) {
      const missing = expected.filter((seq) => !entries.some((entry) => entry.seq === seq));
      report(
        'hole',
        `${channel} after ${after} up to ${lastSeq}: ${entries.length} entries, missing ${missing.join()}`,
        line,
      );
    }
    log.readLine = line;
    log.read(record, (before, now) => {
      const what = `${channel}#${before.seq} was ${JSON.stringify(before)}, and is now ${JSON.stringify(now)}`;
      report(now === null ? 'gone' : 'inconsistent', what, line);
    });
  }
  return logs;
}

function checkMeasures(records: readonly HistoryRecord[], report: Report): void {
  for (const [index, record] of records.entries()) {
    if (record.what !== 'measured') continue;
    const { name, value, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = record;
    if (value >= atLeast && value <= atMost) continue;
    report('out of bounds', `${name} is ${value}, allowed is ${atLeast} to ${atMost}`, index + 1);
  }
}

function countAll(records: readonly HistoryRecord[], logs: ReadonlyMap<string, ChannelLog>): Record<string, number> {
  const counts: Record<string, number> = { entries: 0 };
  const count = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);
  for (const record of records) {
    count(record.what);
    if (record.what === 'fault' && record.phase === 'begins') count(`fault: ${record.kind}`);
    if (record.what === 'refused') count(`refused: ${record.code}`);
    if (record.what === 'closed') count(`closed: ${record.code}`);
  }
  for (const { entries } of logs.values()) counts['entries'] = (counts['entries'] ?? 0) + entries.length;
  return counts;
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}
