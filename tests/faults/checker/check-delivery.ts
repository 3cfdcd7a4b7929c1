import { isSameEntry, type ChannelLog } from './channel-log.ts';
import type { HistoryRecord } from './records.ts';
import type { Report } from './result.ts';

/** What connections were told without asking: everything once, in order, without a gap, and as it is stored. */
export function judgeTold(
  records: readonly HistoryRecord[],
  logs: ReadonlyMap<string, ChannelLog>,
  report: Report,
): void {
  const next = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    const line = index + 1;
    if (record.what === 'told') next.set(`${record.connection} ${record.channel}`, record.seq + 1);
    if (record.what === 'untold') next.delete(`${record.connection} ${record.channel}`);
    if (record.what !== 'delivered') continue;
    const { connection, channel, seq } = record;
    const expected = next.get(`${connection} ${channel}`);
    if (expected !== seq) {
      report('gap in what was told', `${connection} heard ${channel}#${seq} where #${expected} was next`, line);
    }
    next.set(`${connection} ${channel}`, seq + 1);
    const log = logs.get(channel);
    if (log === undefined) continue;
    const stored = log.entries[seq - 1];
    if (stored === undefined) {
      const law = line > log.readLine ? 'proves nothing' : 'gone';
      report(law, `${connection} heard ${channel}#${seq}, the log ends before it`, line);
    } else if (!isSameEntry(stored, record)) {
      report(
        'seen differently',
        `${connection} heard ${JSON.stringify(record)}, it is ${JSON.stringify(stored)}`,
        line,
      );
    }
  }
}
