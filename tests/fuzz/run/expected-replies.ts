import type { ClientFrame, Reply } from '@parley/protocol';
import type { FuzzFrame } from '../frames/generate-frame.ts';
import type { Known } from '../frames/known-ids.ts';
import { Finding } from './findings.ts';

const REPLY_TYPES: Readonly<Record<ClientFrame['type'], readonly Reply['type'][]>> = {
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
 * Tracks which replies a connection has to get, and checks those that arrive: each `ref` is answered once, with a type that
 * fits its command, with an error where one is required, and never with `internal`.
 */
export class ExpectedReplies {
  readonly #known: Known;
  readonly #pending = new Map<number, FuzzFrame[]>();
  /** `typing` commands: only a refusal is answered. */
  readonly #optional = new Map<number, FuzzFrame[]>();
  /** Refs other than the number of their frame: several frames may share one, so their replies are ambiguous. */
  readonly #ambiguous = new Set<number>();
  #size = 0;
  #chars = 0;
  /** Errors without a `ref`: the required ones, the optional ones (of commands without a `ref`), and the received ones. */
  #withoutRef = { required: 0, optional: 0, received: 0 };

  constructor(known: Known) {
    this.#known = known;
  }

  get size(): number {
    return this.#size;
  }

  /** The text length of the commands without a reply. */
  get chars(): number {
    return this.#chars;
  }

  /** The oldest commands without a reply. */
  frames(): readonly FuzzFrame[] {
    return [...this.#pending.values()].flat().slice(0, 20);
  }

  sent(frame: FuzzFrame): void {
    const { decoded } = frame;
    const ref = decoded.ok ? decoded.value.ref : decoded.error.ref;
    if (ref !== undefined && ref !== frame.number) this.#ambiguous.add(ref);
    if (ref === undefined) {
      this.#withoutRef[decoded.ok ? 'optional' : 'required'] += 1;
    } else if (decoded.ok && decoded.value.type === 'typing') {
      push(this.#optional, ref, frame);
    } else {
      push(this.#pending, ref, frame);
      this.#size += 1;
      this.#chars += frame.text.length;
    }
  }

  received(reply: Reply): void {
    if (reply.type === 'error' && (reply.code === 'internal' || reply.code === 'unavailable')) {
      throw new Finding(`the server answered ${reply.code}`, this.#candidates(reply.ref));
    }
    const { ref } = reply;
    if (ref === undefined) {
      this.#withoutRef.received += 1;
      return;
    }
    const frame = this.#take({ ...reply, ref });
    if (frame === undefined) {
      if (this.#ambiguous.has(ref)) return;
      const text = JSON.stringify(reply).slice(0, 500);
      throw new Finding(`no frame fits the reply ${text}`, this.#candidates(reply.ref));
    }
    if (!this.#ambiguous.has(ref)) check(frame, reply, this.#known);
  }

  /** To be called when everything sent was processed: checks the number of errors without a `ref`. */
  checkComplete(): void {
    const { required, optional, received } = this.#withoutRef;
    if (received < required || received > required + optional) {
      throw new Finding(`${received} errors without ref, expected ${required} to ${required + optional}`);
    }
  }

  #candidates(ref: number | undefined): readonly FuzzFrame[] {
    if (ref === undefined) return [];
    return [...(this.#pending.get(ref) ?? []), ...(this.#optional.get(ref) ?? [])];
  }

  /** Removes the frame that a reply answers. Of frames that share a `ref`, one that the reply fits. */
  #take(reply: Reply & { readonly ref: number }): FuzzFrame | undefined {
    const to = { reply, isAmbiguous: this.#ambiguous.has(reply.ref) };
    const frame = takeFrom(this.#pending, to);
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
  // A malformed frame is refused immediately, before commands with the same `ref` are answered.
  const malformed = frames.findIndex((frame) => !frame.decoded.ok && fits(frame, reply));
  const fitting = malformed === -1 ? frames.findIndex((frame) => fits(frame, reply)) : malformed;
  // Another frame was matched with the reply of this one: each still gets one reply.
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
  return reply.type === 'error' || REPLY_TYPES[decoded.value.type].includes(reply.type);
}

function check(frame: FuzzFrame, reply: Reply, known: Known): void {
  const { decoded } = frame;
  if (!decoded.ok) return;
  const channel = 'channel' in decoded.value ? decoded.value.channel : undefined;
  if (channel !== undefined && known.foreign.includes(channel)) {
    if (reply.type === 'error' && (reply.code === 'not_found' || reply.code === 'rate_limited')) return;
    throw new Finding(`a command to a foreign channel was answered ${JSON.stringify(reply).slice(0, 500)}`, [frame]);
  }
  if ('channel' in reply && channel !== undefined && reply.channel !== channel) {
    throw new Finding(`the reply is about another channel: ${reply.channel}`, [frame]);
  }
  if (reply.type === 'pong' && known.foreign.some((foreign) => foreign in reply.heads)) {
    throw new Finding('pong contains a foreign channel', [frame]);
  }
}
