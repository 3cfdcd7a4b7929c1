import { combined } from './combined.ts';
import { diskFull } from './disk-full.ts';
import { drain } from './drain.ts';
import type { Fault } from './fault.ts';
import { fileSizeLimit } from './file-size-limit.ts';
import { halfOpen } from './half-open.ts';
import { kill } from './kill.ts';
import { natsOutage } from './nats-outage.ts';
import { nodeKill } from './node-kill.ts';
import { PARTITIONS } from './partition.ts';
import { postgresCrash } from './postgres-crash.ts';
import { readOnly } from './read-only.ts';
import { reconnectStorm } from './reconnect-storm.ts';
import { rollingRestart } from './rolling-restart.ts';
import { slowConsumer } from './slow-consumer.ts';
import { slowLinks } from './slow-links.ts';
import { stop } from './stop.ts';
import { throttle } from './throttle.ts';

/** Faults of one server process. */
export const FAULTS_ON_ONE_NODE: readonly Fault[] = [
  kill,
  stop,
  diskFull,
  fileSizeLimit,
  readOnly,
  drain,
  halfOpen,
  throttle,
  slowConsumer,
  reconnectStorm,
];

const nodeStop: Fault = { ...stop, name: 'node-stop', nodes: 3, repetitions: 50 };

/** Faults of several nodes that share a PostgreSQL and a NATS. */
export const FAULTS_ON_NODES: readonly Fault[] = [
  nodeKill,
  nodeStop,
  natsOutage,
  postgresCrash,
  ...PARTITIONS,
  slowLinks,
  rollingRestart,
  combined('several-at-once', [nodeKill, nodeStop, natsOutage, postgresCrash, ...PARTITIONS, slowLinks]),
];

export const FAULTS: readonly Fault[] = [...FAULTS_ON_ONE_NODE, ...FAULTS_ON_NODES];
