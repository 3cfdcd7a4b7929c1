import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORK, type Programs } from './build.ts';

/** The fsync calls of a process so far. */
export type Syncs = { readonly syncs: number; readonly syncSeconds: number };

/** Counts the fsync calls of a process that is started with `env`. */
export interface SyncCounter {
  readonly env: Readonly<Record<string, string>>;
  read(): Syncs;
}

let counters = 0;

export function createSyncCounter({ syncCounter }: Programs): SyncCounter {
  counters += 1;
  const path = join(WORK, `syncs-${counters}`);
  return {
    env: { LD_PRELOAD: syncCounter, SYNC_COUNTER: path },
    read() {
      const bytes = readFileSync(path);
      return { syncs: Number(bytes.readBigUInt64LE(0)), syncSeconds: Number(bytes.readBigUInt64LE(8)) / 1e9 };
    },
  };
}
