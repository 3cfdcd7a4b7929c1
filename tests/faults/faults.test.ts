import { registerFaultSuite } from './fault-suite.ts';
import { FAULTS_ON_ONE_NODE } from './faults/all-faults.ts';

// Faults on a small disk get a trial of their own: what other faults store would fill the disk permanently.
registerFaultSuite(
  'small-disk',
  FAULTS_ON_ONE_NODE.filter(({ openDisk }) => openDisk !== undefined),
);
registerFaultSuite(
  'each-fault',
  FAULTS_ON_ONE_NODE.filter(({ openDisk }) => openDisk === undefined),
);
