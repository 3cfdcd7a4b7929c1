import { together } from './combined.ts';
import { diskFull } from './disk-full.ts';
import { drain } from './drain.ts';
import type { FaultKind } from './fault.ts';
import { quota } from './file-size-limit.ts';
import { halfOpen } from './half-open.ts';
import { kill } from './kill.ts';
import { natsOutage } from './nats-outage.ts';
import { nodeKill } from './node-kill.ts';
import { PARTITIONS } from './partition.ts';
import { postgresCrash } from './postgres-crash.ts';
import { readOnly } from './read-only.ts';
import { reconnectStorm } from './reconnect-storm.ts';
import { rollingRestart } from './rolling-restart.ts';
import { neverReads } from './slow-consumer.ts';
import { slowLinks } from './slow-links.ts';
import { stop } from './stop.ts';
import { throttle } from './throttle.ts';

/** Of one server process. */
export const KINDS_ON_ONE_NODE: readonly FaultKind[] = [
  kill,
  stop,
  diskFull,
  quota,
  readOnly,
  drain,
  halfOpen,
  throttle,
  neverReads,
  reconnectStorm,
];

const nodeStop: FaultKind = { ...stop, name: 'node-stop', nodes: 3, cycles: 50 };

/** Of several that share a PostgreSQL and a NATS. */
export const KINDS_ON_NODES: readonly FaultKind[] = [
  nodeKill,
  nodeStop,
  natsOutage,
  postgresCrash,
  ...PARTITIONS,
  slowLinks,
  rollingRestart,
  together('several-at-once', [nodeKill, nodeStop, natsOutage, postgresCrash, ...PARTITIONS, slowLinks]),
];

export const KINDS: readonly FaultKind[] = [...KINDS_ON_ONE_NODE, ...KINDS_ON_NODES];
