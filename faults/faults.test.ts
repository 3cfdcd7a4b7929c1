import { beforeAll, describe, expect, test } from 'vitest';
import { KINDS_ON_ONE_NODE } from './kinds/kinds.ts';
import { reportOf } from './run/report.ts';
import { runScene, type SceneResult } from './run/run-scene.ts';

/** A few of each kind; `npm run faults` does hundreds. */
const FAULTS: Readonly<Record<string, number>> = { kill: 5, stop: 2 };
/** On a machine that does other things as well, only what never happens is a failure. */
const MAX_WHOLE_MS = 45_000;

const tried = KINDS_ON_ONE_NODE.map((kind) => ({
  kind,
  faults: FAULTS[kind.name] ?? 1,
  obstacle: kind.obstacle?.() ?? null,
}));
// Who needs a small disk has one alone: what the other faults store meanwhile would fill it for good.
const onSmallDisk = tried.filter(({ kind }) => kind.openDisk !== undefined);
const others = tried.filter(({ kind }) => kind.openDisk === undefined);

describe.each([
  { name: 'small-disk', kinds: onSmallDisk },
  { name: 'each-kind', kinds: others },
])('a real server process: $name', ({ name, kinds }) => {
  const turns = kinds.filter(({ obstacle }) => obstacle === null);
  let result: SceneResult;

  beforeAll(async () => {
    if (turns.length === 0) return;
    result = await runScene({
      name,
      turns,
      seed: String(Date.now() % 1_000_000),
      nodes: 1,
      untilMs: Number.POSITIVE_INFINITY,
      maxWholeMs: MAX_WHOLE_MS,
      areImpatient: true,
      keep: false,
      progress: () => undefined,
    });
  });

  test.skipIf(turns.length === 0)('keeps the guarantees', () => {
    expect(result.again === null ? '' : reportOf(name, result)).toBe('');
  });

  for (const { kind, faults, obstacle } of kinds) {
    const where = obstacle === null ? '' : ` (not here: ${obstacle})`;
    test.skipIf(obstacle !== null)(`lived through ${kind.name}${where}`, () => {
      expect(result.verdict.counts[`fault: ${kind.name}`]).toBe(faults);
    });
  }
});
