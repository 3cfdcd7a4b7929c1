import { spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, statfsSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { WORK } from './build.ts';
import { HAS_TASKSET } from './child-process.ts';
import { medianOf } from './summary.ts';

/** The machine and the commit of a run. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly virtual: boolean;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly fileSystem: string;
  /** Median time to write 4 KiB and sync them to the disk. */
  readonly fdatasyncMs: number;
  readonly pinned: boolean;
  /** Load average over the minute before the run. */
  readonly loadBefore: number;
  readonly commit: string;
}

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlayfs',
};

export function describeMachine(): Machine {
  const cpuInfo = readFileSync('/proc/cpuinfo', 'utf8');
  const type = statfsSync(WORK).type;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    virtual: /^flags.*\bhypervisor\b/m.test(cpuInfo),
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.version,
    fileSystem: FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`,
    fdatasyncMs: measureSync(),
    pinned: HAS_TASKSET,
    loadBefore: loadavg()[0] ?? 0,
    commit: spawnSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    }).stdout.trim(),
  };
}

const SYNCS = 50;

function measureSync(): number {
  const fd = openSync(join(WORK, 'sync'), 'w');
  const block = Buffer.alloc(4_096, 1);
  const took = Array.from({ length: SYNCS }, () => {
    const startedMs = performance.now();
    writeSync(fd, block);
    fdatasyncSync(fd);
    return performance.now() - startedMs;
  });
  closeSync(fd);
  return medianOf(took);
}

export function machineSentence(machine: Machine): string {
  const { cpu, cores, virtual, memoryGb, kernel, node, fileSystem, fdatasyncMs, pinned, loadBefore, commit } = machine;
  return (
    `${cpu}, ${cores} cores${virtual ? ' of a virtual machine' : ''}, ${memoryGb} GB; Linux ${kernel}, Node.js ${node}; ${fileSystem}, ` +
    `one fdatasync of 4 KiB takes ${fdatasyncMs.toFixed(2)} ms; server and generator ${pinned ? 'pinned to one core each' : 'not pinned'}; ` +
    `load before the run ${loadBefore.toFixed(2)}; Parley at ${commit}.`
  );
}
