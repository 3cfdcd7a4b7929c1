import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { HistoryRecord } from './records.ts';

/** Reads the records of a history file. The last line may be incomplete if the recorder crashed. */
export async function readHistory(path: string): Promise<readonly HistoryRecord[]> {
  const records: HistoryRecord[] = [];
  let broken: string | null = null;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (broken !== null) throw new Error(`line ${records.length + 1} of ${path} is not JSON: ${broken.slice(0, 100)}`);
    try {
      records.push(JSON.parse(line) as HistoryRecord);
    } catch {
      broken = line;
    }
  }
  return records;
}
