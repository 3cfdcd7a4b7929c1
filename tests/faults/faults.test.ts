import { livesThrough } from './fault-suite.ts';
import { KINDS_ON_ONE_NODE } from './faults/all-faults.ts';

// Who needs a small disk has one alone: what the other faults store meanwhile would fill it for good.
livesThrough(
  'small-disk',
  KINDS_ON_ONE_NODE.filter(({ openDisk }) => openDisk !== undefined),
);
livesThrough(
  'each-kind',
  KINDS_ON_ONE_NODE.filter(({ openDisk }) => openDisk === undefined),
);
