import type { Acked, AttemptRecord, HistoryRecord, Refused } from './records.ts';

/** One request and its outcome, as far as its sender knows. */
export interface Attempt {
  readonly attempt: AttemptRecord;
  readonly line: number;
  acked: Acked | null;
  ackedLine: number;
  refused: Refused | null;
  /** The channel's id once any record has named it. */
  channel: string;
  /** The highest seq of the channel in any record before the request. */
  readonly floor: number;
}

/** One intended log entry and all attempts to store it. */
export interface Operation {
  readonly kind: AttemptRecord['kind'];
  readonly id: string;
  readonly text: string;
  readonly attempts: readonly Attempt[];
}

/** Joins requests with their replies. */
export class Attempts {
  /** In the order of the history. */
  readonly all: Attempt[] = [];
  readonly #byRequest = new Map<string, Attempt>();
  readonly #byKey = new Map<string, MutableOperation>();
  readonly #editsOf = new Map<string, MutableOperation>();
  /** The highest seq of each channel in any record so far. */
  readonly #knownSeqs = new Map<string, number>();

  constructor(records: readonly HistoryRecord[]) {
    for (const [index, record] of records.entries()) this.#add(record, index + 1);
  }

  /** In the order of their first attempt. */
  get operations(): readonly Operation[] {
    return [...this.#byKey.values()];
  }

  /** Finds the operation behind an entry. If the text was erased, the last edit of the message stands for all. */
  find(kind: AttemptRecord['kind'], id: string, text: string | null): Operation | undefined {
    if (kind === 'edited' && text === null) return this.#editsOf.get(id);
    return this.#byKey.get(keyOf(kind, id, text ?? ''));
  }

  #add(record: HistoryRecord, line: number): void {
    if (record.what === 'attempt') this.#attempted(record, line);
    if (record.what === 'acked' || record.what === 'refused') this.#addReply(record, line);
    if (record.what === 'subscribed' || record.what === 'delivered' || record.what === 'acked') {
      this.#raiseKnownSeq(record.channel, record.seq);
    }
    if (record.what === 'log') this.#raiseKnownSeq(record.channel, record.lastSeq);
  }

  #attempted(attempt: AttemptRecord, line: number): void {
    const { connection, ref, kind, id, text, channel } = attempt;
    const floor = this.#knownSeqs.get(channel) ?? 0;
    const one: Attempt = { attempt, line, acked: null, ackedLine: 0, refused: null, channel, floor };
    this.all.push(one);
    this.#byRequest.set(`${connection} ${ref}`, one);
    const key = keyOf(kind, id, text);
    const operation = this.#byKey.get(key) ?? { kind, id, text, attempts: [] };
    operation.attempts.push(one);
    this.#byKey.set(key, operation);
    if (kind === 'edited') this.#editsOf.set(id, operation);
  }

  #addReply(answer: Acked | Refused, line: number): void {
    const one = this.#byRequest.get(`${answer.connection} ${answer.ref}`);
    if (one === undefined) return;
    if (answer.what === 'refused') one.refused = answer;
    else {
      one.acked = answer;
      one.ackedLine = line;
      one.channel = answer.channel;
    }
  }

  #raiseKnownSeq(channel: string, seq: number): void {
    this.#knownSeqs.set(channel, Math.max(this.#knownSeqs.get(channel) ?? 0, seq));
  }
}

interface MutableOperation extends Operation {
  readonly attempts: Attempt[];
}

/** A message and its deletion exist once. Edits differ in their text. */
function keyOf(kind: AttemptRecord['kind'], id: string, text: string): string {
  return kind === 'edited' ? `edited ${id} ${text}` : `${kind} ${id}`;
}
