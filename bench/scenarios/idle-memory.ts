import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, type Child } from '../measure/child-process.ts';
import { startGenerator } from '../measure/generator.ts';
import type { Figures } from '../measure/summary.ts';
import { parley } from '../targets/parley.ts';
import { socketIo, wsLoop } from '../targets/plain.ts';
import { oneRoom, type Target, type Workload } from '../targets/target.ts';
import { interleave, toCase, type Case, type Context, type Scenario } from './scenario.ts';

const NODE_ARGS = ['--expose-gc', '--import', join(import.meta.dirname, '../measure/memory-probe.mjs')];
/** Wait before memory is read, so that the work after a handshake is finished. */
const SETTLE_MS = { quick: 500, whole: 2_000 };

export const idleMemory: Scenario = {
  name: 'idle-memory',
  title: 'Idle memory',
  about:
    'Memory of one more idle connection. The baseline is taken when a third are connected, which excludes what a busy ' +
    'server needs anyway (compiled code, a grown young generation). Process: growth of the resident memory of the server ' +
    'after garbage collection; in all: the same, from a baseline without connections. Live: growth of its heap and ' +
    'buffers. Kernel: growth of slab and socket memory, halved because both ends of each connection are on this machine.',
  async run(context: Context): Promise<Case[]> {
    const people = context.quick ? 1_000 : 15_000;
    const fixture = oneRoom(people);
    const samples = await interleave<Figures>(
      context,
      [parley, wsLoop, socketIo].map((target) => ({
        name: target.name,
        measure: () => measureIdle(context, target, fixture),
      })),
    );
    const name = `${people.toLocaleString('en')} connections`;
    return [toCase({ name, primary: 'processBytesPerConnection' }, samples)];
  },
};

async function measureIdle({ programs, quick }: Context, target: Target, fixture: Workload): Promise<Figures> {
  await using started = await target.start(fixture, { nodeArgs: NODE_ARGS });
  await using generator = startGenerator(programs.generator);
  const { child, port, dialect, clients } = started;
  const settle = () => sleep(quick ? SETTLE_MS.quick : SETTLE_MS.whole);
  const third = Math.floor(fixture.people / 3);
  const atStart = await memoryNow(child);
  await generator.dial({ port, dialect, clients: clients.slice(0, third) });
  await settle();
  const before = await memoryNow(child);
  await generator.dial({ port, dialect, clients: clients.slice(third), first: third });
  await settle();
  const after = await memoryNow(child);
  const perConnection = (name: keyof Memory): number => (after[name] - before[name]) / (fixture.people - third);
  return {
    processBytesPerConnection: perConnection('resident'),
    inAllBytesPerConnection: (after.resident - atStart.resident) / fixture.people,
    liveBytesPerConnection: perConnection('live'),
    kernelBytesPerConnection: perConnection('kernel') / 2,
  };
}

interface Memory {
  readonly resident: number;
  readonly live: number;
  readonly kernel: number;
}

async function memoryNow(child: Child): Promise<Memory> {
  const output = once(child.probeOutput, 'data');
  child.kill('SIGUSR2');
  const [line] = (await output) as [Buffer];
  const { heapUsed, external } = JSON.parse(line.toString()) as NodeJS.MemoryUsage;
  return { resident: memoryOf(child.pid).residentBytes, live: heapUsed + external, kernel: kernelBytes() };
}

/** Kernel memory for sockets, files and their buffers, of the whole machine. */
function kernelBytes(): number {
  const slab = Number(/Slab:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;
  const socketPages = Number(/TCP:.* mem (\d+)/.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1] ?? 0);
  return slab + socketPages * 4096;
}
