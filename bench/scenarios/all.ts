import { fanOut } from './fan-out.ts';
import { growth } from './growth.ts';
import { idleMemory } from './idle-memory.ts';
import { ingest } from './ingest.ts';
import { manyChannels } from './many-channels.ts';
import { nodes } from './nodes.ts';
import { resumeStorm } from './resume-storm.ts';
import type { Scenario } from './scenario.ts';
import { typingStorm } from './typing-storm.ts';

/** All scenarios, in the order in which they run and appear in the report. */
export const SCENARIOS: readonly Scenario[] = [
  fanOut,
  manyChannels,
  ingest,
  typingStorm,
  idleMemory,
  resumeStorm,
  nodes,
  growth,
];
