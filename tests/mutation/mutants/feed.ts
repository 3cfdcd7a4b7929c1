import type { Mutant } from '../mutant.ts';

const SERVER = 'packages/server/src';

/** Mistakes in the feed that delivers committed events. */
export const FEED_MUTANTS: readonly Mutant[] = [
  {
    name: 'the bus is treated as reliable, so heads are never compared',
    file: `${SERVER}/kernel/feed.ts`,
    find: 'const stopSweep = deps.bus.isReliable ? () => undefined : startSweep(deps, followed);',
    replace: 'const stopSweep = () => undefined; void startSweep;',
  },
  {
    name: 'the last event of a batch is lost until the next one arrives',
    file: `${SERVER}/kernel/feed.ts`,
    find: '    deps.deliver(feed.channel, events);\n    return;',
    replace: '    deps.deliver(feed.channel, events.length > 1 ? events.slice(0, -1) : events);\n    return;',
  },
  {
    name: 'a gap between events from the bus is ignored',
    file: `${SERVER}/kernel/feed.ts`,
    find: 'first !== undefined &&\n    feed.deliveredSeq !== null &&\n    first.seq === feed.deliveredSeq + 1',
    replace: 'first !== undefined && feed.deliveredSeq !== null && first.seq > feed.deliveredSeq',
  },
  {
    name: 'a gap is found and never filled',
    file: `${SERVER}/kernel/feed.ts`,
    find: '  if (feed.isFilling) return;\n',
    replace: '  if (!feed.isFilling) return;\n',
  },
  {
    name: 'a failed read of a gap is not retried',
    file: `${SERVER}/kernel/feed.ts`,
    find: '        feed.isFilling = false;\n        fill(deps, feed);',
    replace: '        feed.isFilling = feed.isFilling;',
  },
  {
    name: 'duplicate events are delivered twice',
    file: `${SERVER}/kernel/feed.ts`,
    find: 'if (feed.deliveredSeq !== null && event.seq <= feed.deliveredSeq) continue;',
    replace:
      'if (feed.deliveredSeq !== null && event.seq <= feed.deliveredSeq) { deps.deliver(feed.channel, [event]); continue; }',
  },
  {
    name: 'only the first channel of a commit is published',
    file: 'packages/server/src/kernel/publish-commit.ts',
    find: 'for (const channel of runs.keys()) publishRun(bus, runs, channel);',
    replace: 'for (const channel of [...runs.keys()].slice(0, 1)) publishRun(bus, runs, channel);',
  },
];
