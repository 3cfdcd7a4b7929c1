import type { ClientFrame, Reply } from '@parley/protocol';
import type { FuzzFrame } from '../frames/generate-frame.ts';
import type { Known } from '../frames/known-ids.ts';
import { Finding } from './findings.ts';

const ANSWER: Readonly<Record<ClientFrame['type'], readonly Reply['type'][]>> = {
  send: ['ok'],
  edit: ['ok'],
  delete: ['ok'],
  react: ['ok'],
  unreact: ['ok'],
  read: ['ok'],
  typing: [],
  sync: ['events', 'reset'],
  history: ['messages'],
  ping: ['pong'],
};

/**
 * Which replies one connection still has to get, and whether those that come are the right ones: each `ref` is answered
 * once, by a type that fits its command, with an error where there must be one, and never by `internal`.
 */
export class ExpectedReplies {
  readonly #known: Known;
  readonly #due = new Map<number, FuzzFrame[]>();
  /** Refusals of `typing` are answered; what is carried out is not. */
  readonly #optional = new Map<number, FuzzFrame[]>();
  /** Refs that are not the number of their frame: several may have the same, and whose a reply is can not be told. */
  readonly #ambiguous = new Set<number>();
  #size = 0;
  #chars = 0;
  /** Errors without `ref`: those that must come, those that may (of commands without one), those that came. */
  #refless = { due: 0, perhaps: 0, came: 0 };

  constructor(known: Known) {
    this.#known = known;
  }

  get size(): number {
    return this.#size;
  }

  /** Text of the commands that wait for an answer. */
  get chars(): number {
    return this.#chars;
  }

  /** The oldest few. */
  frames(): readonly FuzzFrame[] {
    return [...this.#due.values()].flat().slice(0, 20);
  }

  said(frame: FuzzFrame): void {
    const { decoded } = frame;
    const ref = decoded.ok ? decoded.value.ref : decoded.error.ref;
    if (ref !== undefined && ref !== frame.number) this.#ambiguous.add(ref);
    if (ref === undefined) {
      this.#refless[decoded.ok ? 'perhaps' : 'due'] += 1;
    } else if (decoded.ok && decoded.value.type === 'typing') {
      push(this.#optional, ref, frame);
    } else {
      push(this.#due, ref, frame);
      this.#size += 1;
      this.#chars += frame.text.length;
    }
  }

  heard(reply: Reply): void {
    if (reply.type === 'error' && (reply.code === 'internal' || reply.code === 'unavailable')) {
      throw new Finding(`the server answered ${reply.code}`, this.#candidates(reply.ref));
    }
    const { ref } = reply;
    if (ref === undefined) {
      this.#refless.came += 1;
      return;
    }
    const frame = this.#take({ ...reply, ref });
    if (frame === undefined) {
      if (this.#ambiguous.has(ref)) return;
      const text = JSON.stringify(reply).slice(0, 500);
      throw new Finding(`nothing that was said is answered by ${text}`, this.#candidates(reply.ref));
    }
    if (!this.#ambiguous.has(ref)) check(frame, reply, this.#known);
  }

  /** Everything said so far was looked at: refusals of what is malformed come at once. */
  settled(): void {
    const { due, perhaps, came } = this.#refless;
    if (came < due || came > due + perhaps) {
      throw new Finding(`${came} errors without ref came, where ${due} to ${due + perhaps} had to`);
    }
  }

  #candidates(ref: number | undefined): readonly FuzzFrame[] {
    if (ref === undefined) return [];
    return [...(this.#due.get(ref) ?? []), ...(this.#optional.get(ref) ?? [])];
  }

  /** The frame that a reply is meant for. Of frames that share a `ref`, one that it fits. */
  #take(reply: Reply & { readonly ref: number }): FuzzFrame | undefined {
    const to = { reply, isAmbiguous: this.#ambiguous.has(reply.ref) };
    const frame = takeFrom(this.#due, to);
    if (frame === undefined) return takeFrom(this.#optional, to);
    this.#size -= 1;
    this.#chars -= frame.text.length;
    return frame;
  }
}

interface ReplyTo {
  readonly reply: Reply & { readonly ref: number };
  readonly isAmbiguous: boolean;
}

function takeFrom(map: Map<number, FuzzFrame[]>, { reply, isAmbiguous }: ReplyTo): FuzzFrame | undefined {
  const frames = map.get(reply.ref) ?? [];
  // What is malformed is refused at once, before commands of the same `ref` get their answer.
  const malformed = frames.findIndex((frame) => !frame.decoded.ok && fits(frame, reply));
  const fitting = malformed === -1 ? frames.findIndex((frame) => fits(frame, reply)) : malformed;
  // Whose reply this is was given to another one: each gets one all the same.
  const [frame] = fitting === -1 && !isAmbiguous ? [] : frames.splice(Math.max(fitting, 0), 1);
  if (frames.length === 0) map.delete(reply.ref);
  return frame;
}

function push(map: Map<number, FuzzFrame[]>, ref: number, frame: FuzzFrame): void {
  const frames = map.get(ref);
  if (frames === undefined) map.set(ref, [frame]);
  else frames.push(frame);
}

function fits({ decoded }: FuzzFrame, reply: Reply): boolean {
  if (!decoded.ok) return reply.type === 'error' && reply.code === decoded.error.code;
  return reply.type === 'error' || ANSWER[decoded.value.type].includes(reply.type);
}

function check(frame: FuzzFrame, reply: Reply, known: Known): void {
  const { decoded } = frame;
  if (!decoded.ok) return;
  const channel = 'channel' in decoded.value ? decoded.value.channel : undefined;
  if (channel !== undefined && known.foreign.includes(channel)) {
    if (reply.type === 'error' && (reply.code === 'not_found' || reply.code === 'rate_limited')) return;
    throw new Finding(`a command in a foreign channel was answered ${JSON.stringify(reply).slice(0, 500)}`, [frame]);
  }
  if ('channel' in reply && channel !== undefined && reply.channel !== channel) {
    throw new Finding(`the answer is about another channel: ${reply.channel}`, [frame]);
  }
  if (reply.type === 'pong' && known.foreign.some((foreign) => foreign in reply.heads)) {
    throw new Finding('pong tells of a foreign channel', [frame]);
  }
}
