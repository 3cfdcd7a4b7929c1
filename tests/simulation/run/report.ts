import { commit } from '@parley/testkit/git-commit';
import type { Failure } from './pool.ts';

const MAX_LINES = 120;

/** Describes a failure: the guarantee, the commit, the history that led to it, and how to reproduce it. */
export function reportOf({ seed, plan, violation, history }: Failure): string {
  const { nodes, users, devices, rateLimits, steps } = plan;
  const setup = `${nodes} nodes, ${users} users, ${devices} more devices, rate limits ${rateLimits ? 'on' : 'off'}`;
  const until = history.findIndex((line) => line.includes('!!'));
  const excerpt = history.slice(Math.max(0, until - MAX_LINES), until + 3);
  return [
    `Seed ${seed} at commit ${commit()} breaks ${violation.guarantee}:`,
    `  ${violation.what}`,
    `Simulation: ${setup}. ${steps.length} steps are enough:`,
    ...steps.map((step) => `  ${JSON.stringify(step)},`),
    'History, in milliseconds since the start:',
    ...excerpt,
    `Full history: npm run simulate -- --seed ${seed}`,
  ].join('\n');
}
