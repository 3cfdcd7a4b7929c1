import type { Child, Core } from '../measure/child-process.ts';
import type { Client, Dialect } from '../measure/generator.ts';

/** People and their rooms: person `n` is connection `n`. */
export interface Workload {
  readonly people: number;
  readonly rooms: readonly Room[];
}

export interface Room {
  readonly people: readonly number[];
  /** A direct conversation of two; targets without direct messages use a room. */
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
  /** Default: the core of servers under test. */
  readonly core?: Core;
}

export interface StartedTarget extends AsyncDisposable {
  readonly child: Child;
  readonly port: number;
  readonly dialect: Dialect;
  readonly clients: readonly Client[];
  /** The template of the frame that posts as a person in a room; the load generator fills it in. */
  frameFor(person: number, room: number): string;
}

const BODY_CHARS = 200;
const MARK = `~${'T'.repeat(16)}${'S'.repeat(6)}`;

/** 200 bytes, with fields for time and slot at the front. */
export const BODY = MARK.padEnd(BODY_CHARS, 'lorem ipsum dolor ');
/** A unique id per message, as the SDK generates it: the generator fills in the time and some digits; the rest is unique to the run. */
export function messageId(): string {
  return `IIIIIIII-IIII-7RRR-8RRR-${crypto.randomUUID().slice(24)}`;
}

/** A workload with everyone in one room. */
export function oneRoom(people: number): Workload {
  return { people, rooms: [{ people: Array.from({ length: people }, (_, person) => person) }] };
}

/** The rooms of each person. */
export function roomsOf({ people, rooms }: Workload): number[][] {
  const joined = Array.from({ length: people }, (): number[] => []);
  for (const [index, room] of rooms.entries()) for (const person of room.people) joined[person]?.push(index);
  return joined;
}
