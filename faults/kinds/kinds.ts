import { diskFull } from './disk-full.ts';
import { drain } from './drain.ts';
import type { FaultKind } from './fault-kind.ts';
import { halfOpen } from './half-open.ts';
import { kill } from './kill.ts';
import { neverReads } from './never-reads.ts';
import { quota } from './quota.ts';
import { readOnly } from './read-only.ts';
import { reconnectStorm } from './reconnect-storm.ts';
import { stop } from './stop.ts';
import { throttle } from './throttle.ts';

export const KINDS: readonly FaultKind[] = [
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
