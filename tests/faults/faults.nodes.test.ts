import { registerFaultSuite } from './fault-suite.ts';
import { FAULTS_ON_NODES } from './faults/all-faults.ts';

registerFaultSuite('three-nodes', FAULTS_ON_NODES);
