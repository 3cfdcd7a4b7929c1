import type { Room, Workload } from '../targets/target.ts';

const HOT_SENDERS = 16;

/** A range of people who connect to one node. */
interface NodeGroup {
  readonly first: number;
  readonly count: number;
  readonly node: 0 | 1;
}

/** The people of all measurements on several nodes. Person 0, on node 0, has readers on both nodes. */
export interface WorkspaceModel {
  readonly fixture: Workload;
  readonly nodeGroups: readonly NodeGroup[];
  /** Person 0 and readers on the same node. */
  readonly near: readonly number[];
  /** Half on each node. */
  readonly hot: readonly number[];
  /** Two members each, one on each node. */
  readonly channels: readonly (readonly number[])[];
  /** Indexes in `fixture.rooms`. */
  readonly rooms: { readonly near: 0; readonly far: 1; readonly hot: 2; readonly firstChannel: 3 };
}

export function createWorkspaceModel({
  readers,
  channels: count,
}: {
  readonly readers: number;
  readonly channels: number;
}): WorkspaceModel {
  const nodeGroups: NodeGroup[] = [];
  let people = 0;
  const addPeople = (node: 0 | 1, size: number): number[] => {
    nodeGroups.push({ first: people, count: size, node });
    people += size;
    return range(people - size, size);
  };
  const near = addPeople(0, 1 + readers);
  const far = [near[0] ?? 0, ...addPeople(1, readers)];
  const hot = [...addPeople(0, HOT_SENDERS / 2), ...addPeople(1, HOT_SENDERS / 2)];
  const [here, there] = [addPeople(0, count / 2), addPeople(1, count / 2)];
  // Half of the channels have their sender on node 0, half on node 1.
  const channels = [
    ...here.map((person, n) => [person, there[n] ?? person]),
    ...there.map((person, n) => [person, here[(n + 1) % here.length] ?? person]),
  ];
  const rooms: Room[] = [near, far, hot, ...channels].map((members) => ({ people: members }));
  return {
    fixture: { people, rooms },
    nodeGroups,
    near,
    hot,
    channels,
    rooms: { near: 0, far: 1, hot: 2, firstChannel: 3 },
  };
}

export function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => first + n);
}
