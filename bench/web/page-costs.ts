import type { CDPSession } from '@playwright/test';

/** The page's memory after garbage collection. */
export interface PageMemory {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** CPU time of the page's main thread since it was opened, in milliseconds. */
export interface CpuTime {
  readonly taskMs: number;
  readonly scriptMs: number;
  readonly layoutMs: number;
  readonly styleMs: number;
}

export async function measureMemory(cdp: CDPSession): Promise<PageMemory> {
  // Twice, because the first collection leaves objects that have finalizers.
  for (let time = 0; time < 2; time += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize: heapBytes } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  return { heapBytes, nodes, listeners };
}

/** The domain `Performance` must be enabled. */
async function readCpuTime(cdp: CDPSession): Promise<CpuTime> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const ms = (name: string): number => (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN) * 1_000;
  return {
    taskMs: ms('TaskDuration'),
    scriptMs: ms('ScriptDuration'),
    layoutMs: ms('LayoutDuration'),
    styleMs: ms('RecalcStyleDuration'),
  };
}

/** CPU time per repetition, where `run` repeats something `times` times. */
export async function costOf(cdp: CDPSession, times: number, run: () => Promise<void>): Promise<CpuTime> {
  const before = await readCpuTime(cdp);
  await run();
  const after = await readCpuTime(cdp);
  const each = (name: keyof CpuTime): number => (after[name] - before[name]) / times;
  return { taskMs: each('taskMs'), scriptMs: each('scriptMs'), layoutMs: each('layoutMs'), styleMs: each('styleMs') };
}
