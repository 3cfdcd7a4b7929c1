import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '#ports/metrics.ts';

export interface PrometheusMetrics extends Metrics {
  /** The metrics so far, in the Prometheus text format. */
  render(): Promise<string>;
}

/** Counts in a registry of its own for the node of that name, together with Node's process metrics. */
export function createPrometheusMetrics(node: string): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  describeProcess(node, registry);
  const commitDrafts = new Histogram({
    name: 'parley_commit_drafts',
    help: 'Drafts stored in one group commit.',
    buckets: [1, 2, 5, 10, 50, 100, 500, 2_000],
    registers,
  });
  const commitSeconds = new Histogram({
    name: 'parley_commit_seconds',
    help: 'Duration of one group commit.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5],
    registers,
  });
  // Incremented up to millions of times a second, so the library's counter is updated only when it is read.
  let deliveredFrames = 0;
  const delivered = new Counter({
    name: 'parley_frames_delivered_total',
    help: 'Frames handed to sockets.',
    registers,
    collect: () => {
      delivered.inc(deliveredFrames);
      deliveredFrames = 0;
    },
  });
  const open = new Gauge({ name: 'parley_connections', help: 'Open WebSocket connections.', registers });
  const byCode = (name: string, help: string) => new Counter({ name, help, labelNames: ['code'], registers });
  const closed = byCode('parley_connections_closed_total', 'Ended WebSocket connections, by close code.');
  const handshakes = byCode('parley_handshakes_refused_total', 'Refused handshakes, by error code.');
  const commands = byCode('parley_commands_refused_total', 'Refused commands, by error code.');
  return {
    committed(drafts, durationMs) {
      commitDrafts.observe(drafts);
      commitSeconds.observe(durationMs / 1000);
    },
    delivered(frames) {
      deliveredFrames += frames;
    },
    ...clusterMetrics(registers),
    connectionOpened: () => open.inc(),
    connectionClosed(code) {
      open.dec();
      closed.inc({ code: closeCodeLabel(code) });
    },
    handshakeRefused: (code) => handshakes.inc({ code }),
    commandRefused: (code) => commands.inc({ code }),
    // Removes the empty lines between metrics: the format allows them, but not every reader expects them.
    render: async () => (await registry.metrics()).replaceAll('\n\n', '\n'),
  };
}

function describeProcess(node: string, registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  // One series to join with the others: a label on each of them would repeat what the scraper knows.
  const info = { name: 'parley_node_info', help: 'The name of this node.', labelNames: ['node'] };
  new Gauge({ ...info, registers: [registry] }).set({ node }, 1);
}

type ClusterMetrics = Pick<Metrics, 'gapFilled' | 'reconciled' | 'busReconnected' | 'busConnected' | 'busLost'>;

function clusterMetrics(registers: Registry[]): ClusterMetrics {
  const gaps = new Counter({
    name: 'parley_feed_gap_events_total',
    help: 'Events read from the store because the bus did not bring them, or not yet.',
    registers,
  });
  const comparisons = new Histogram({
    name: 'parley_comparison_seconds',
    help: 'Duration of one comparison of the local connections with the store.',
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5],
    registers,
  });
  const returns = new Counter({
    name: 'parley_bus_returns_total',
    help: 'How often the connection to the other nodes came back.',
    registers,
  });
  return {
    gapFilled: (events) => gaps.inc(events),
    reconciled: (durationMs) => comparisons.observe(durationMs / 1000),
    busReconnected: () => returns.inc(),
    ...busMetrics(registers),
  };
}

function busMetrics(registers: Registry[]): Pick<Metrics, 'busConnected' | 'busLost'> {
  const connected = new Gauge({
    name: 'parley_bus_connected',
    help: '1 while the bus to the other nodes works, or there is none; 0 while NATS is away.',
    registers,
  });
  connected.set(1);
  const lost = new Counter({
    name: 'parley_bus_messages_lost_total',
    help: 'Messages between nodes that did not get through, by reason. The store makes up for them.',
    labelNames: ['reason'],
    registers,
  });
  return {
    busConnected: (isConnected) => connected.set(isConnected ? 1 : 0),
    busLost: (reason) => lost.inc({ reason }),
  };
}

/** A peer may close with any of thousands of codes, and each label value is a series that never goes away. */
function closeCodeLabel(code: number): string {
  const isKnown = (code >= 1000 && code <= 1015) || (code >= 4000 && code <= 4199);
  return isKnown ? String(code) : 'other';
}
