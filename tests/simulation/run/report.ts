import { commit } from '@parley/testkit/git-commit';
import type { Failure } from './pool.ts';

const MAX_LINES = 120;

/** What a developer needs to see of a failure: which law, in which commit, how it came to it, and how to see it again. */
export function reportOf({ seed, plan, violation, history }: Failure): string {
  const { nodes, users, devices, rateLimits, steps } = plan;
  const simulation = `${nodes} nodes, ${users} users, ${devices} more devices, rate limits ${rateLimits ? 'on' : 'off'}`;
  const until = history.findIndex((line) => line.includes('!!'));
  const story = history.slice(Math.max(0, until - MAX_LINES), until + 3);
  return [
    `Seed ${seed} at commit ${commit()} breaks ${violation.guarantee}:`,
    `  ${violation.what}`,
    `World: ${simulation}. ${steps.length} steps are enough:`,
    ...steps.map((step) => `  ${JSON.stringify(step)},`),
    'History, milliseconds since the world began:',
    ...story,
    `See it again, whole: npm run proof -- --seed ${seed}`,
  ].join('\n');
}
