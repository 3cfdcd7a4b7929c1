import type { Summary } from '../measure/summary.ts';

interface Shape {
  readonly label: string;
  readonly show: (value: number) => string;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const milliseconds = (us: number): string => `${rounded(us / 1000)} ms`;
const microseconds = (us: number): string => `${rounded(us)} µs`;
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** The label and format of each figure, in the order of the columns. */
const SHAPES: Readonly<Record<string, Shape>> = {
  secondsUntilWhole: { label: 'until the last is whole', show: (value) => `${value.toFixed(2)} s` },
  messagesPerSecond: { label: 'messages/s', show: whole },
  deliveriesPerSecond: { label: 'deliveries/s', show: whole },
  cpuPerDeliveryUs: { label: 'server CPU per delivery', show: microseconds },
  cpuPerMessageUs: { label: 'server CPU per message', show: microseconds },
  databaseCpuPerMessageUs: { label: 'database CPU per message', show: microseconds },
  busCpuPerMessageUs: { label: 'NATS CPU per message', show: microseconds },
  deliveryP50Us: { label: 'p50', show: milliseconds },
  deliveryP99Us: { label: 'p99', show: milliseconds },
  deliveryMaxUs: { label: 'max', show: milliseconds },
  answerP50Us: { label: 'p50', show: milliseconds },
  answerP99Us: { label: 'p99', show: milliseconds },
  wholeP50Us: { label: 'p50', show: milliseconds },
  wholeP99Us: { label: 'p99', show: milliseconds },
  messagesPerSync: { label: 'messages per fsync', show: rounded },
  syncUs: { label: 'one fsync', show: milliseconds },
  serverCpuSeconds: { label: 'server CPU', show: (value) => `${value.toFixed(2)} s` },
  peakBytes: { label: 'peak memory', show: (bytes) => `${whole(bytes / 1e6)} MB` },
  processBytesPerConnection: { label: 'process, per connection', show: kilobytes },
  inAllBytesPerConnection: { label: 'in all, per connection', show: kilobytes },
  liveBytesPerConnection: { label: 'live, per connection', show: kilobytes },
  kernelBytesPerConnection: { label: 'kernel, per connection', show: kilobytes },
  framesPerRead: { label: 'frames per read', show: rounded },
};

export function labelOf(name: string): string {
  return SHAPES[name]?.label ?? name;
}

export function show(name: string, value: number): string {
  return Number.isFinite(value) ? (SHAPES[name]?.show ?? rounded)(value) : '–';
}

/** The names of all figures that occur, in the order of the columns. */
export function columnsOf(rows: readonly { readonly figures: Readonly<Record<string, Summary>> }[]): string[] {
  return Object.keys(SHAPES).filter((name) => rows.some(({ figures }) => name in figures));
}

/** Half the range over the rounds, relative to the median. */
export function spreadOf({ median, min, max }: Summary): number {
  return (max - min) / 2 / median;
}

/** Three significant digits. */
function rounded(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 3 });
}
