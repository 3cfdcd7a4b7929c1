import { KINDS_ON_NODES } from './kinds/kinds.ts';
import { livesThrough } from './lives-through.ts';

livesThrough('three-nodes', KINDS_ON_NODES);
