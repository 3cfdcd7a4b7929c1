import type { Case } from '../scenarios/scenario.ts';
import { labelOf, show } from './figures.ts';

const FONT = 'font-family="system-ui, sans-serif"';
const INK = '#1f2430';
const MUTED = '#667085';
const PARLEY = '#4f5bd5';
const OTHER = '#b8bfcc';

const WIDTH = 720;
const BAR = { height: 18, gap: 6, left: 110, right: 110 } as const;
const GROUP_GAP = 40;

/** Bars of the figure that decides: one group for each case, one bar for each contender. */
export function barChart(title: string, cases: readonly Case[]): string {
  let y = 50;
  const groups = cases.map((measured) => {
    const top = y;
    y += 24 + measured.rows.length * (BAR.height + BAR.gap) + GROUP_GAP - 24;
    return barGroup(measured, top);
  });
  return svg({ title, height: y, content: groups.join('') });
}

function barGroup({ name, primary, rows }: Case, top: number): string {
  const values = rows.map(({ figures }) => figures[primary]?.median ?? 0);
  const scale = (WIDTH - BAR.left - BAR.right) / Math.max(...values);
  const bars = rows.map(({ contender }, index) => {
    const y = top + 12 + index * (BAR.height + BAR.gap);
    const width = Math.max(1, (values[index] ?? 0) * scale);
    const fill = contender === 'Parley' ? PARLEY : OTHER;
    const middle = y + BAR.height / 2 + 4;
    return (
      text(BAR.left - 8, middle, { anchor: 'end', content: contender }) +
      `<rect x="${BAR.left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" rx="3" fill="${fill}"/>` +
      text(BAR.left + width + 8, middle, { fill: MUTED, content: show(primary, values[index] ?? 0) })
    );
  });
  return text(16, top, { weight: 600, content: `${name}, ${labelOf(primary)}` }) + bars.join('');
}

const PANEL = { width: 220, height: 150, top: 70, left: 20, gap: 12 } as const;

/** One small plot for each line, with both axes logarithmic: what is flat looks flat, what is linear rises as the diagonal. */
export function lineChart(title: string, cases: readonly Case[]): string {
  const lines = Map.groupBy(cases, ({ point }) => point?.line ?? '');
  const panels = [...lines].map(([line, points], index) => {
    return panel({ line, points, left: PANEL.left + index * (PANEL.width + PANEL.gap) });
  });
  return svg({ title, height: PANEL.top + PANEL.height + 50, content: panels.join('') });
}

interface Panel {
  readonly line: string;
  readonly points: readonly Case[];
  readonly left: number;
}

function panel({ line, points, left }: Panel): string {
  const primary = points[0]?.primary ?? '';
  const xs = points.map(({ point }) => point?.x ?? 1);
  const ys = points.map(({ rows }) => rows[0]?.figures[primary]?.median ?? 1);
  // Both axes span as many decades, so that slopes can be compared.
  const decades = Math.max(1, Math.log10(Math.max(...xs) / Math.min(...xs)));
  const bottom = Math.log10(Math.min(...ys)) - (decades - Math.log10(Math.max(...ys) / Math.min(...ys))) / 2;
  const place = (index: number): [number, number] => [
    left + 20 + (Math.log10((xs[index] ?? 1) / Math.min(...xs)) / decades) * (PANEL.width - 50),
    PANEL.top + PANEL.height - ((Math.log10(ys[index] ?? 1) - bottom) / decades) * PANEL.height,
  ];
  const path = xs
    .map((_, index) =>
      place(index)
        .map((at) => at.toFixed(1))
        .join(','),
    )
    .join(' ');
  const dots = xs.map((x, index) => {
    const [cx, cy] = place(index);
    return (
      `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="3.5" fill="${PARLEY}"/>` +
      text(cx, cy - 9, { anchor: 'middle', content: show(primary, ys[index] ?? 0), size: 11 }) +
      text(cx, PANEL.top + PANEL.height + 18, {
        anchor: 'middle',
        fill: MUTED,
        content: x.toLocaleString('en'),
        size: 11,
      })
    );
  });
  return (
    `<rect x="${left}" y="${PANEL.top}" width="${PANEL.width}" height="${PANEL.height}" fill="#f6f7f9" rx="4"/>` +
    text(left, PANEL.top - 10, { weight: 600, content: `${labelOf(primary)}, by ${line}`, size: 12 }) +
    `<polyline points="${path}" fill="none" stroke="${PARLEY}" stroke-width="2"/>${dots.join('')}`
  );
}

interface TextOptions {
  readonly content: string;
  readonly anchor?: 'middle' | 'end';
  readonly fill?: string;
  readonly weight?: number;
  readonly size?: number;
}

function text(x: number, y: number, { content, anchor, fill = INK, weight = 400, size = 13 }: TextOptions): string {
  const anchored = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  const style = `${FONT} font-size="${size}" font-weight="${weight}" fill="${fill}"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}"${anchored} ${style}>${escaped(content)}</text>`;
}

function svg({ title, height, content }: { title: string; height: number; content: string }): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">` +
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>` +
    `${text(16, 26, { content: title, weight: 700, size: 15 })}${content}</svg>\n`
  ).replaceAll('><', '>\n<');
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
