import type { Room, Workload } from '../targets/target.ts';

const HOT_SENDERS = 16;

/** People who belong to one node, one after the other. */
interface NodeGroup {
  readonly first: number;
  readonly count: number;
  readonly node: 0 | 1;
}

/** Everyone whom the measurements on several nodes need. Person 0, on node 0, has readers beside them and on the other node. */
export interface WorkspaceModel {
  readonly fixture: Workload;
  readonly quarters: readonly NodeGroup[];
  /** Person 0 and readers on the same node. */
  readonly near: readonly number[];
  /** Half on each node. */
  readonly hot: readonly number[];
  /** Two members each, one on each node. */
  readonly channels: readonly (readonly number[])[];
  /** Places in `world.rooms`. */
  readonly rooms: { readonly near: 0; readonly far: 1; readonly hot: 2; readonly firstChannel: 3 };
}

export function townOf({
  readers,
  channels: count,
}: {
  readonly readers: number;
  readonly channels: number;
}): WorkspaceModel {
  const quarters: NodeGroup[] = [];
  let people = 0;
  const settle = (node: 0 | 1, size: number): number[] => {
    quarters.push({ first: people, count: size, node });
    people += size;
    return range(people - size, size);
  };
  const near = settle(0, 1 + readers);
  const far = [near[0] ?? 0, ...settle(1, readers)];
  const hot = [...settle(0, HOT_SENDERS / 2), ...settle(1, HOT_SENDERS / 2)];
  const [here, there] = [settle(0, count / 2), settle(1, count / 2)];
  // Half of the channels are written to on one node, half on the other.
  const channels = [
    ...here.map((person, n) => [person, there[n] ?? person]),
    ...there.map((person, n) => [person, here[(n + 1) % here.length] ?? person]),
  ];
  const rooms: Room[] = [near, far, hot, ...channels].map((members) => ({ people: members }));
  return {
    fixture: { people, rooms },
    quarters,
    near,
    hot,
    channels,
    rooms: { near: 0, far: 1, hot: 2, firstChannel: 3 },
  };
}

export function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => first + n);
}
