import type { Acked, AttemptRecord, HistoryRecord, Refused } from './records.ts';

/** One request and what became of it, as far as its sender knows. */
export interface Attempt {
  readonly attempt: AttemptRecord;
  readonly line: number;
  acked: Acked | null;
  ackedLine: number;
  refused: Refused | null;
  /** The channel's id, as soon as anybody knows it. */
  channel: string;
  /** The highest seq that anybody knew of in the channel when the request was made. */
  readonly floor: number;
}

/** Everything that was tried for one entry of a log. */
export interface Operation {
  readonly kind: AttemptRecord['kind'];
  readonly id: string;
  readonly text: string;
  readonly tries: readonly Attempt[];
}

/** Joins requests with their answers. */
export class Attempts {
  /** In the order in which they were made. */
  readonly tries: Attempt[] = [];
  readonly #byRequest = new Map<string, Attempt>();
  readonly #byKey = new Map<string, Growing>();
  readonly #editsOf = new Map<string, Growing>();
  /** The highest seq of each channel that anybody knew of so far. */
  readonly #known = new Map<string, number>();

  constructor(records: readonly HistoryRecord[]) {
    for (const [index, record] of records.entries()) this.#take(record, index + 1);
  }

  /** By what they wanted, in the order of their first attempt. */
  get intents(): readonly Operation[] {
    return [...this.#byKey.values()];
  }

  /** Those that wanted this entry; where the text was erased, the last edit of its message stands for all. */
  find(kind: AttemptRecord['kind'], id: string, text: string | null): Operation | undefined {
    if (kind === 'edited' && text === null) return this.#editsOf.get(id);
    return this.#byKey.get(keyOf(kind, id, text ?? ''));
  }

  #take(record: HistoryRecord, line: number): void {
    if (record.what === 'attempt') this.#attempted(record, line);
    if (record.what === 'acked' || record.what === 'refused') this.#answered(record, line);
    if (record.what === 'told' || record.what === 'delivered' || record.what === 'acked') {
      this.#know(record.channel, record.seq);
    }
    if (record.what === 'log') this.#know(record.channel, record.lastSeq);
  }

  #attempted(attempt: AttemptRecord, line: number): void {
    const { connection, ref, kind, id, text, channel } = attempt;
    const floor = this.#known.get(channel) ?? 0;
    const one: Attempt = { attempt, line, acked: null, ackedLine: 0, refused: null, channel, floor };
    this.tries.push(one);
    this.#byRequest.set(`${connection} ${ref}`, one);
    const key = keyOf(kind, id, text);
    const intent = this.#byKey.get(key) ?? { kind, id, text, tries: [] };
    intent.tries.push(one);
    this.#byKey.set(key, intent);
    if (kind === 'edited') this.#editsOf.set(id, intent);
  }

  #answered(answer: Acked | Refused, line: number): void {
    const one = this.#byRequest.get(`${answer.connection} ${answer.ref}`);
    if (one === undefined) return;
    if (answer.what === 'refused') one.refused = answer;
    else {
      one.acked = answer;
      one.ackedLine = line;
      one.channel = answer.channel;
    }
  }

  #know(channel: string, seq: number): void {
    this.#known.set(channel, Math.max(this.#known.get(channel) ?? 0, seq));
  }
}

interface Growing extends Operation {
  readonly tries: Attempt[];
}

/** A message and its deletion exist once; an edit is known by its text. */
function keyOf(kind: AttemptRecord['kind'], id: string, text: string): string {
  return kind === 'edited' ? `edited ${id} ${text}` : `${kind} ${id}`;
}
