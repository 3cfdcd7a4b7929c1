import { Attempts } from './attempts.ts';
import { ChannelLog } from './channel-log.ts';
import { judgePrograms } from './check-clients.ts';
import { judgeTold } from './check-delivery.ts';
import { judgeLogs } from './check-log.ts';
import type { HistoryRecord } from './records.ts';
import type { Verdict, Violation } from './result.ts';

/** Later ones say the same again. */
const MAX_VIOLATIONS_PER_LAW = 20;

/** Holds a history against the guarantees. It knows nothing but what the history says. */
export function check(records: readonly HistoryRecord[]): Verdict {
  const violations: Violation[] = [];
  const found: Record<string, number> = {};
  const report = (law: Violation['law'], what: string, line: number): void => {
    found[law] = (found[law] ?? 0) + 1;
    if (found[law] <= MAX_VIOLATIONS_PER_LAW) violations.push({ law, what, line });
  };

  const attempts = new Attempts(records);
  const logs = readLogs(records, report);
  judgeLogs({ attempts, logs, report });
  judgeTold(records, logs, report);
  judgePrograms(records, logs, report);
  judgeMeasures(records, report);

  const counts = countAll(records, logs);
  for (const [law, count] of Object.entries(found)) counts[`violations: ${law}`] = count;
  const unknown = attempts.tries.filter(({ acked, refused }) => acked === null && refused === null);
  const isStored = ({ channel, attempt }: (typeof unknown)[number]): boolean =>
    attempt.kind === 'message' && logs.get(channel)?.has(attempt.id) === true;
  counts['without an answer'] = unknown.length;
  counts['without an answer, yet stored'] = unknown.filter(isStored).length;
  for (const needed of ['acked', 'delivered', 'log', 'shown']) {
    if ((counts[needed] ?? 0) === 0) report('proves nothing', `the history has no record "${needed}"`, 0);
  }

  const calms = records.filter((record) => record.what === 'calm');
  const convergedMs = calms.flatMap(({ convergedMs }) => (convergedMs === null ? [] : [convergedMs]));
  const afterOnline = calms.flatMap(({ convergedMs, onlineMs, drainedMs }) =>
    convergedMs === null || onlineMs === null || drainedMs === null
      ? []
      : [Math.max(0, convergedMs - Math.max(onlineMs, drainedMs))],
  );
  return { violations, counts, convergedMs: ascending(convergedMs), wholeAfterOnlineMs: ascending(afterOnline) };
}

type Report = Parameters<typeof judgeTold>[2];

/** Every log as the last reading told it. */
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
      report(now === null ? 'gone' : 'seen differently', what, line);
    });
  }
  return logs;
}

function judgeMeasures(records: readonly HistoryRecord[], report: Report): void {
  for (const [index, record] of records.entries()) {
    if (record.what !== 'measured') continue;
    const { name, value, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = record;
    if (value >= atLeast && value <= atMost) continue;
    report('out of bounds', `${name} is ${value}, and must be from ${atLeast} to ${atMost}`, index + 1);
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
