import { isSameEntry, type ChannelLog } from './channel-log.ts';
import type { HistoryRecord } from './records.ts';
import type { Report } from './result.ts';

/** Checks that each connection received every event of its channels once, in order, without a gap, and as stored. */
export function checkDelivery(
  records: readonly HistoryRecord[],
  logs: ReadonlyMap<string, ChannelLog>,
  report: Report,
): void {
  const next = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    const line = index + 1;
    if (record.what === 'subscribed') next.set(`${record.connection} ${record.channel}`, record.seq + 1);
    if (record.what === 'unsubscribed') next.delete(`${record.connection} ${record.channel}`);
    if (record.what !== 'delivered') continue;
    const { connection, channel, seq } = record;
    const expected = next.get(`${connection} ${channel}`);
    if (expected !== seq) {
      report('delivery gap', `${connection} received ${channel}#${seq}, expected #${expected}`, line);
    }
    next.set(`${connection} ${channel}`, seq + 1);
    const log = logs.get(channel);
    if (log === undefined) continue;
    const stored = log.entries[seq - 1];
    if (stored === undefined) {
      const kind = line > log.readLine ? 'inconclusive' : 'gone';
      report(kind, `${connection} received ${channel}#${seq}, but the log ends before it`, line);
    } else if (!isSameEntry(stored, record)) {
      report(
        'inconsistent',
        `${connection} received ${JSON.stringify(record)}, stored is ${JSON.stringify(stored)}`,
        line,
      );
    }
  }
}
