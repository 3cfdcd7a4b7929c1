import { setTimeout as sleep } from 'node:timers/promises';
import { smallDiskUnsupportedReason, mountSmallDisk } from '../host/small-disk.ts';
import { pickNode, type Fault } from './fault.ts';
import { withUnwritableStore } from './unwritable-store.ts';

const ROOM_BYTES = 96 * 1_024 * 1_024;

/** Fills the file system of the database at a random moment under load, and frees space later. */
export const diskFull: Fault = {
  name: 'disk-full',
  repetitions: 50,
  faultsPerComparison: 1,
  // Each stores a megabyte or more before the first refusal. Too many of them would fill the disk permanently.
  faultsPerTrial: 10,
  unsupportedReason: smallDiskUnsupportedReason,
  openDisk: () => Promise.resolve(mountSmallDisk(ROOM_BYTES)),
  async inject(trial, disk) {
    if (disk === null) throw new Error('there is no disk to fill');
    const node = pickNode(trial);
    await sleep(trial.random.between(20, 400));
    const what = await withUnwritableStore(trial, node, { begin: () => disk.fill(), end: () => disk.free() });
    return `disk full: ${what}`;
  },
};
