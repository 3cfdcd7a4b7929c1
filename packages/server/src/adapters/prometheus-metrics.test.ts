import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createPrometheusMetrics } from './prometheus-metrics.ts';

test('what is counted is shown, beside what Node tells of the process', async () => {
  const metrics = createPrometheusMetrics('node-7');
  metrics.committed(3, 2);
  metrics.delivered(5);
  metrics.connectionOpened();
  metrics.connectionOpened();
  metrics.connectionClosed(4009);
  metrics.handshakeRefused('invalid_token');
  metrics.commandRefused('not_found');
  metrics.gapFilled(4);
  metrics.reconciled(20);
  metrics.busReconnected();
  const lines = (await metrics.render()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'parley_commit_drafts_sum 3',
      'parley_commit_seconds_sum 0.002',
      'parley_frames_delivered_total 5',
      'parley_connections 1',
      'parley_node_info{node="node-7"} 1',
      'parley_feed_gap_events_total 4',
      'parley_comparison_seconds_sum 0.02',
      'parley_bus_returns_total 1',
      'parley_connections_closed_total{code="4009"} 1',
      'parley_handshakes_refused_total{code="invalid_token"} 1',
      'parley_commands_refused_total{code="not_found"} 1',
    ]),
  );
  expect(lines.some((line) => line.startsWith('process_cpu_seconds_total'))).toBe(true);
});

test('a peer that closes with every possible code does not create a series for each', async () => {
  const metrics = createPrometheusMetrics('node-7');
  for (let code = 1_000; code < 5_000; code += 1) metrics.connectionClosed(code);
  const series = (await metrics.render()).match(/^parley_connections_closed_total\{/gm) ?? [];
  expect(series.length).toBeLessThan(250);
});

test('each metric is documented for operators', async () => {
  const documented = await readFile(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
  const shown = await createPrometheusMetrics('node-7').render();
  const names = [...shown.matchAll(/^# TYPE (parley_\w+)/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(5);
  const isDocumented = (name: string): boolean =>
    documented.includes(`\`${name}\``) || documented.includes(`\`${name}{`);
  expect(names.filter((name) => !isDocumented(name))).toEqual([]);
});
