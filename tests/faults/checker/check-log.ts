import type { Attempts, Operation, Attempt } from './attempts.ts';
import type { ChannelLog } from './channel-log.ts';
import type { Acked, Entry } from './records.ts';
import type { Report } from './result.ts';

/** Codes of requests that were certainly not executed. After `unavailable` and `internal` the outcome is unknown. */
const FINAL_CODES = new Set(['bad_request', 'too_large', 'not_found', 'forbidden', 'conflict', 'rate_limited']);

export interface LogCase {
  readonly attempts: Attempts;
  readonly logs: ReadonlyMap<string, ChannelLog>;
  readonly report: Report;
}

interface Position {
  readonly channel: string;
  readonly entry: Entry;
}

/** Compares attempts and replies with the stored logs. */
export function checkLogs(logCase: LogCase): void {
  const positions = findPositions(logCase);
  for (const operation of logCase.attempts.operations) {
    const found = positions.get(operation) ?? [];
    checkAcked(logCase, operation, found);
    checkRefused(logCase, operation, found);
    checkOnce(logCase, operation, found);
    checkRealTimeOrder(logCase, operation, found);
  }
  checkSenderOrder(logCase, positions);
}

/** Finds the log positions of each operation. Reports entries without an operation. */
function findPositions({ attempts, logs, report }: LogCase): Map<Operation, Position[]> {
  const positions = new Map<Operation, Position[]>();
  for (const [channel, log] of logs) {
    for (const entry of log.entries) {
      if (entry.kind === 'other') continue;
      const operation = attempts.find(entry.kind, entry.id, entry.text);
      if (operation === undefined || !operation.attempts.some((one) => isFor(one, channel))) {
        report('unexpected', `${channel}#${entry.seq} is ${JSON.stringify(entry)}, which no client attempted`, 0);
        continue;
      }
      const isOtherText = entry.kind === 'message' && entry.text !== null && entry.text !== operation.text;
      if (isOtherText) report('unexpected', `${channel}#${entry.seq} says "${entry.text}", not "${operation.text}"`, 0);
      positions.set(operation, [...(positions.get(operation) ?? []), { channel, entry }]);
    }
  }
  return positions;
}

function isFor({ channel, attempt }: Attempt, wanted: string): boolean {
  return channel === wanted || attempt.channel.startsWith('to:');
}

/** Lost = acknowledged − read. An acknowledgement also names the position. */
function checkAcked({ logs, report }: LogCase, operation: Operation, found: readonly Position[]): void {
  for (const { acked, ackedLine } of operation.attempts) {
    if (acked === null) continue;
    const log = logs.get(acked.channel);
    const subject = `${describe(operation)}, acknowledged at ${acked.channel}#${acked.seq}`;
    if (log === undefined) {
      report('inconclusive', `${subject}: that channel was never read`, ackedLine);
      continue;
    }
    const isThere = found.some(({ channel, entry }) => channel === acked.channel && entry.seq === acked.seq);
    if (isThere) continue;
    if (isEarlierChange(operation, { log, found, acked })) continue;
    if (ackedLine > log.readLine) {
      report('inconclusive', `${subject}: the log was not read after that`, ackedLine);
      continue;
    }
    if (found.length > 0) report('wrong position', `${subject}, is at ${listOf(found)}`, ackedLine);
    else report('lost', `${subject}: not in the log (${partOf(log, acked.seq)})`, ackedLine);
  }
}

interface Found {
  readonly log: ChannelLog;
  readonly found: readonly Position[];
  readonly acked: Acked;
}

/**
 * The server acknowledges a change that is already stored with the current head. That happens when a client repeats a
 * request, or when the server repeats a commit without an answer. Edits of a deleted message have no text to compare.
 */
function isEarlierChange({ kind, id, attempts }: Operation, { log, found, acked }: Found): boolean {
  if (kind === 'message') return false;
  const isBefore = found.some(({ channel, entry }) => channel === acked.channel && entry.seq <= acked.seq);
  if (isBefore || (attempts.length > 1 && found.length > 0)) return true;
  return log.entries.some((one) => one.kind === kind && one.id === id && one.text === null && one.seq <= acked.seq);
}

/** The part of the remaining log in which the entry is missing. */
function partOf({ entries }: ChannelLog, seq: number): 'prefix' | 'middle' | 'end' {
  const [first, last] = [entries[0]?.seq ?? 0, entries.at(-1)?.seq ?? 0];
  if (seq > last) return 'end';
  return seq < first ? 'prefix' : 'middle';
}

function checkRefused({ report }: LogCase, operation: Operation, found: readonly Position[]): void {
  for (const { refused, line } of operation.attempts) {
    if (refused?.code === 'internal') report('internal error', `${describe(operation)} got the error internal`, line);
  }
  const [only, ...others] = operation.attempts;
  // After a deletion the stored edits of a message can't be distinguished.
  const isThere = found.some(({ entry }) => operation.kind !== 'edited' || entry.text !== null);
  if (only === undefined || only.refused === null || others.length > 0 || !isThere) return;
  if (!FINAL_CODES.has(only.refused.code)) return;
  report('refused but stored', `${describe(operation)} got the error ${only.refused.code}`, only.line);
}

/** A message or its deletion is stored once, however often it was repeated. So is an edit that was attempted once. */
function checkOnce({ report }: LogCase, operation: Operation, found: readonly Position[]): void {
  const seqs = found.filter(({ entry }) => entry.kind !== 'edited' || entry.text !== null);
  if (seqs.length <= 1) return;
  report('duplicate', `${describe(operation)} is at ${listOf(seqs)}`, 0);
}

/** An operation that began after a seq was known is stored after that seq. */
function checkRealTimeOrder({ report }: LogCase, operation: Operation, found: readonly Position[]): void {
  const [first] = operation.attempts;
  for (const { channel, entry } of found) {
    if (first === undefined || first.attempt.channel !== channel || entry.seq > first.floor) continue;
    if (operation.kind === 'edited' && entry.text === null) continue; // Erased edits can't be distinguished.
    const what = `${describe(operation)} is ${channel}#${entry.seq}, but #${first.floor} was known before the attempt`;
    report('order of acknowledgements', what, first.line);
  }
}

/** Operations that one connection sent to a channel, and that were attempted once, keep their order. */
function checkSenderOrder({ attempts, report }: LogCase, positions: ReadonlyMap<Operation, readonly Position[]>): void {
  const last = new Map<string, { readonly seq: number; readonly one: Attempt }>();
  for (const one of attempts.all) {
    const { kind, id, text, connection } = one.attempt;
    const operation = attempts.find(kind, id, text);
    const position = operation === undefined ? undefined : positions.get(operation)?.[0];
    if (operation?.attempts.length !== 1 || position === undefined || position.entry.text === null) continue;
    const key = `${connection} ${position.channel}`;
    const before = last.get(key);
    if (before !== undefined && position.entry.seq < before.seq) {
      const what = `${connection} sent ${before.one.attempt.id} (#${before.seq}) before ${id} (#${position.entry.seq})`;
      report('order of one sender', what, one.line);
    }
    last.set(key, { seq: position.entry.seq, one });
  }
}

function listOf(positions: readonly Position[]): string {
  return positions.map(({ channel, entry }) => `${channel}#${entry.seq}`).join(', ');
}

function describe({ kind, id, text, attempts }: Operation): string {
  const times = attempts.length === 1 ? '' : ` (attempted ${attempts.length} times)`;
  return kind === 'edited' ? `edit "${text}" of ${id}${times}` : `${kind} ${id}${times}`;
}
