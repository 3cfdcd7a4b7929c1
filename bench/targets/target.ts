import type { Child, Core } from '../measure/child-process.ts';
import type { Client, Dialect } from '../measure/generator.ts';

/** Who is where: person `n` is connection `n`; a room lists its people. */
export interface Workload {
  readonly people: number;
  readonly rooms: readonly Room[];
}

export interface Room {
  readonly people: readonly number[];
  /** A conversation of two; contenders that know no such thing make it a room like any other. */
  readonly isDirect?: boolean;
}

/** One server under test. */
export interface Target {
  readonly name: string;
  start(fixture: Workload, options?: StartOptions): Promise<StartedTarget>;
}

export interface StartOptions {
  /** Added to the server's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to Node's arguments. */
  readonly nodeArgs?: readonly string[];
  /** Default: the server's. */
  readonly core?: Core;
}

export interface StartedTarget extends AsyncDisposable {
  readonly child: Child;
  readonly port: number;
  readonly dialect: Dialect;
  readonly clients: readonly Client[];
  /** The frame with which a person posts in a room, for the load generator to fill in. */
  frameFor(person: number, room: number): string;
}

const BODY_CHARS = 200;
const MARK = `~${'T'.repeat(16)}${'S'.repeat(6)}`;

/** 200 bytes, with a place for time and slot at the front. */
export const BODY = MARK.padEnd(BODY_CHARS, 'lorem ipsum dolor ');
/** An id of its own for each message, as the SDK makes them: the generator fills in the time and some digits, and no two runs share the rest. */
export function messageId(): string {
  return `IIIIIIII-IIII-7RRR-8RRR-${crypto.randomUUID().slice(24)}`;
}

/** Everyone in one room. */
export function oneRoom(people: number): Workload {
  return { people, rooms: [{ people: Array.from({ length: people }, (_, person) => person) }] };
}

/** The rooms of each person. */
export function roomsOf({ people, rooms }: Workload): number[][] {
  const joined = Array.from({ length: people }, (): number[] => []);
  for (const [index, room] of rooms.entries()) for (const person of room.people) joined[person]?.push(index);
  return joined;
}
