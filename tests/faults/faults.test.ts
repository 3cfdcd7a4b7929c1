import { registerFaultSuite } from './fault-suite.ts';
import { FAULTS_ON_ONE_NODE } from './faults/all-faults.ts';

// Who needs a small disk has one alone: what the other faults store meanwhile would fill it for good.
registerFaultSuite(
  'small-disk',
  FAULTS_ON_ONE_NODE.filter(({ openDisk }) => openDisk !== undefined),
);
registerFaultSuite(
  'each-kind',
  FAULTS_ON_ONE_NODE.filter(({ openDisk }) => openDisk === undefined),
);
