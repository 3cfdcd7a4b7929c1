import { livesThrough } from './fault-suite.ts';
import { KINDS_ON_NODES } from './faults/all-faults.ts';

livesThrough('three-nodes', KINDS_ON_NODES);
