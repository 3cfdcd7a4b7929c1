import { setTimeout as sleep } from 'node:timers/promises';
import { mountObstacle, mountSmallDisk } from '../host/small-disk.ts';
import { pickNode, type FaultKind } from './fault.ts';
import { whileNothingCanBeStored } from './unwritable-store.ts';

const ROOM_BYTES = 96 * 1_024 * 1_024;

/** The file system of the database has no room left, at a random moment under load, and has some again later. */
export const diskFull: FaultKind = {
  name: 'disk-full',
  cycles: 50,
  faultsPerComparison: 1,
  // Each stores a megabyte or more until it is noticed: many of them would fill the disk for good.
  faultsPerScene: 10,
  obstacle: mountObstacle,
  openDisk: () => Promise.resolve(mountSmallDisk(ROOM_BYTES)),
  async strike(scene, disk) {
    if (disk === null) throw new Error('there is no disk to fill');
    const node = pickNode(scene);
    await sleep(scene.dice.between(20, 400));
    const what = await whileNothingCanBeStored(scene, node, { begin: () => disk.fill(), end: () => disk.free() });
    return `disk full: ${what}`;
  },
};
