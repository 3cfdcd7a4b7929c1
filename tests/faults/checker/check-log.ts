import type { Attempts, Operation, Attempt } from './attempts.ts';
import type { ChannelLog } from './channel-log.ts';
import type { Acked, Entry } from './records.ts';
import type { Report } from './result.ts';

/** Codes after which the request can't have been carried out. `unavailable` and `internal` leave that open. */
const FINAL_CODES = new Set(['bad_request', 'too_large', 'not_found', 'forbidden', 'conflict', 'rate_limited']);

export interface LogCase {
  readonly attempts: Attempts;
  readonly logs: ReadonlyMap<string, ChannelLog>;
  readonly report: Report;
}

interface Place {
  readonly channel: string;
  readonly entry: Entry;
}

/** What was tried and answered, against what is stored. */
export function judgeLogs(parts: LogCase): void {
  const places = findPlaces(parts);
  for (const intent of parts.attempts.intents) {
    const found = places.get(intent) ?? [];
    judgeAcked(parts, intent, found);
    judgeRefused(parts, intent, found);
    judgeOnce(parts, intent, found);
    checkRealTimeOrder(parts, intent, found);
  }
  judgeSenders(parts, places);
}

/** Where each intent stands in the logs. Reports what nobody tried. */
function findPlaces({ attempts, logs, report }: LogCase): Map<Operation, Place[]> {
  const places = new Map<Operation, Place[]>();
  for (const [channel, log] of logs) {
    for (const entry of log.entries) {
      if (entry.kind === 'other') continue;
      const intent = attempts.find(entry.kind, entry.id, entry.text);
      if (intent === undefined || !intent.tries.some((one) => isFor(one, channel))) {
        report('unexpected', `${channel}#${entry.seq} is ${JSON.stringify(entry)}, which nobody tried`, 0);
        continue;
      }
      const isOtherText = entry.kind === 'message' && entry.text !== null && entry.text !== intent.text;
      if (isOtherText) report('unexpected', `${channel}#${entry.seq} says "${entry.text}", not "${intent.text}"`, 0);
      places.set(intent, [...(places.get(intent) ?? []), { channel, entry }]);
    }
  }
  return places;
}

function isFor({ channel, attempt }: Attempt, wanted: string): boolean {
  return channel === wanted || attempt.channel.startsWith('to:');
}

/** Lost = acknowledged − read. An acknowledgement also says where it is. */
function judgeAcked({ logs, report }: LogCase, intent: Operation, found: readonly Place[]): void {
  for (const { acked, ackedLine } of intent.tries) {
    if (acked === null) continue;
    const log = logs.get(acked.channel);
    const told = `${describe(intent)}, acknowledged at ${acked.channel}#${acked.seq}`;
    if (log === undefined) {
      report('proves nothing', `${told}: that channel was never read`, ackedLine);
      continue;
    }
    const isThere = found.some(({ channel, entry }) => channel === acked.channel && entry.seq === acked.seq);
    if (isThere) continue;
    if (isSoAlready(intent, { log, found, acked })) continue;
    if (ackedLine > log.readLine) {
      report('proves nothing', `${told}: the log was not read after that`, ackedLine);
      continue;
    }
    if (found.length > 0) report('another place', `${told}, is at ${listOf(found)}`, ackedLine);
    else report('lost', `${told}: not there (${partOf(log, acked.seq)})`, ackedLine);
  }
}

interface Found {
  readonly log: ChannelLog;
  readonly found: readonly Place[];
  readonly acked: Acked;
}

/**
 * A change that was made before, by a repeat of its sender, or of the server whose commit got no answer, is answered where
 * the log stands. The texts of edits of a deleted message are nowhere.
 */
function isSoAlready({ kind, id, tries }: Operation, { log, found, acked }: Found): boolean {
  if (kind === 'message') return false;
  const isBefore = found.some(({ channel, entry }) => channel === acked.channel && entry.seq <= acked.seq);
  if (isBefore || (tries.length > 1 && found.length > 0)) return true;
  return log.entries.some((one) => one.kind === kind && one.id === id && one.text === null && one.seq <= acked.seq);
}

/** From which part of what is left it is missing. */
function partOf({ entries }: ChannelLog, seq: number): 'prefix' | 'middle' | 'end' {
  const [first, last] = [entries[0]?.seq ?? 0, entries.at(-1)?.seq ?? 0];
  if (seq > last) return 'end';
  return seq < first ? 'prefix' : 'middle';
}

function judgeRefused({ report }: LogCase, intent: Operation, found: readonly Place[]): void {
  for (const { refused, line } of intent.tries) {
    if (refused?.code === 'internal') report('bug shows', `${describe(intent)} was refused with internal`, line);
  }
  const [only, ...others] = intent.tries;
  // Of a deleted message nobody can tell which of its edits is there.
  const isThere = found.some(({ entry }) => intent.kind !== 'edited' || entry.text !== null);
  if (only === undefined || only.refused === null || others.length > 0 || !isThere) return;
  if (!FINAL_CODES.has(only.refused.code)) return;
  report('refused but stored', `${describe(intent)} was refused with ${only.refused.code}`, only.line);
}

/** A message, or its deletion, is stored once, whatever was repeated; so is an edit that was tried once. */
function judgeOnce({ report }: LogCase, intent: Operation, found: readonly Place[]): void {
  const seqs = found.filter(({ entry }) => entry.kind !== 'edited' || entry.text !== null);
  if (seqs.length <= 1) return;
  report('doubled', `${describe(intent)} is at ${listOf(seqs)}`, 0);
}

/** What was tried after something was known to be stored, is stored after it. */
function checkRealTimeOrder({ report }: LogCase, intent: Operation, found: readonly Place[]): void {
  const [first] = intent.tries;
  for (const { channel, entry } of found) {
    if (first === undefined || first.attempt.channel !== channel || entry.seq > first.floor) continue;
    if (intent.kind === 'edited' && entry.text === null) continue; // Which of its edits it was is not told.
    const what = `${describe(intent)} is ${channel}#${entry.seq}, but #${first.floor} was known before it was tried`;
    report('order of acknowledgements', what, first.line);
  }
}

/** What one connection sends to a channel keeps its order, as far as it was sent nowhere else. */
function judgeSenders({ attempts, report }: LogCase, places: ReadonlyMap<Operation, readonly Place[]>): void {
  const last = new Map<string, { readonly seq: number; readonly one: Attempt }>();
  for (const one of attempts.tries) {
    const { kind, id, text, connection } = one.attempt;
    const intent = attempts.find(kind, id, text);
    const fixtures = intent === undefined ? undefined : places.get(intent)?.[0];
    if (intent?.tries.length !== 1 || fixtures === undefined || fixtures.entry.text === null) continue;
    const key = `${connection} ${fixtures.channel}`;
    const before = last.get(key);
    if (before !== undefined && fixtures.entry.seq < before.seq) {
      const what = `${connection} sent ${before.one.attempt.id} (#${before.seq}) before ${id} (#${fixtures.entry.seq})`;
      report('order of one sender', what, one.line);
    }
    last.set(key, { seq: fixtures.entry.seq, one });
  }
}

function listOf(places: readonly Place[]): string {
  return places.map(({ channel, entry }) => `${channel}#${entry.seq}`).join(', ');
}

function describe({ kind, id, text, tries }: Operation): string {
  const times = tries.length === 1 ? '' : ` (tried ${tries.length} times)`;
  return kind === 'edited' ? `edit "${text}" of ${id}${times}` : `${kind} ${id}${times}`;
}
