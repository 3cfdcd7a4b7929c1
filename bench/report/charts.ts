import type { Case } from '../scenarios/scenario.ts';
import { labelOf, show } from './figures.ts';

const FONT = 'font-family="system-ui, sans-serif"';
const INK = '#1f2430';
const MUTED = '#667085';
const PARLEY = '#4f5bd5';
const OTHER = '#b8bfcc';

const WIDTH = 720;
const BAR = { height: 18, gap: 6, right: 110 } as const;
const TITLE_HEIGHT = 12;
const GROUP_GAP = 26;

interface Group {
  readonly name: string;
  readonly figure: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly isParley: boolean }[];
}

/** Bars of the primary figures. */
export function barChart(title: string, cases: readonly Case[]): string {
  const groups = groupsOf(cases);
  const labels = groups.flatMap(({ bars }) => bars.map(({ label }) => label.length));
  const left = 30 + 7 * Math.max(...labels);
  let y = 50;
  const drawn = groups.map((group) => {
    const top = y;
    y += TITLE_HEIGHT + group.bars.length * (BAR.height + BAR.gap) + GROUP_GAP;
    return barGroup(group, top, left);
  });
  return svg({ title, height: y, content: drawn.join('') });
}

/** A case with several targets is a group. Cases of Parley alone with the same primary figure form one group. */
function groupsOf(cases: readonly Case[]): Group[] {
  const compared = cases.filter(({ rows }) => rows.length > 1);
  const alone = Map.groupBy(
    cases.filter(({ rows }) => rows.length === 1),
    ({ primary }) => primary,
  );
  const valueOf = ({ primary, rows }: Case, row: number): number => rows[row]?.figures[primary]?.median ?? 0;
  return [
    ...compared.map((measured) => ({
      name: measured.name,
      figure: measured.primary,
      bars: measured.rows.map(({ contender }, row) => {
        return { label: contender, value: valueOf(measured, row), isParley: contender === 'Parley' };
      }),
    })),
    ...[...alone].map(([primary, members]) => ({
      name: 'Parley',
      figure: primary,
      bars: members.map((measured) => ({ label: measured.name, value: valueOf(measured, 0), isParley: true })),
    })),
  ];
}

function barGroup({ name, figure, bars }: Group, top: number, left: number): string {
  const scale = (WIDTH - left - BAR.right) / Math.max(...bars.map(({ value }) => value));
  const drawn = bars.map(({ label, value, isParley }, index) => {
    const y = top + TITLE_HEIGHT + index * (BAR.height + BAR.gap);
    const width = Math.max(1, value * scale);
    const middle = y + BAR.height / 2 + 4;
    const fill = isParley ? PARLEY : OTHER;
    return (
      text(left - 8, middle, { anchor: 'end', content: label }) +
      `<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" rx="3" fill="${fill}"/>` +
      text(left + width + 8, middle, { fill: MUTED, content: show(figure, value) })
    );
  });
  return text(16, top, { weight: 600, content: `${name}, ${labelOf(figure)}` }) + drawn.join('');
}

const PANEL = { width: 220, height: 150, top: 70, left: 20, gap: 12 } as const;

/** One small plot per line. Both axes are logarithmic, so that constant cost is flat and linear growth is the diagonal. */
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
  // Both axes span the same number of decades, so that slopes can be compared.
  const decades = Math.max(1, Math.log10(Math.max(...xs) / Math.min(...xs)));
  const bottom = Math.log10(Math.min(...ys)) - (decades - Math.log10(Math.max(...ys) / Math.min(...ys))) / 2;
  const positionOf = (index: number): [number, number] => [
    left + 20 + (Math.log10((xs[index] ?? 1) / Math.min(...xs)) / decades) * (PANEL.width - 50),
    PANEL.top + PANEL.height - ((Math.log10(ys[index] ?? 1) - bottom) / decades) * PANEL.height,
  ];
  const path = xs
    .map((_, index) =>
      positionOf(index)
        .map((at) => at.toFixed(1))
        .join(','),
    )
    .join(' ');
  const dots = xs.map((x, index) => {
    const [cx, cy] = positionOf(index);
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
    text(left, PANEL.top - 10, { weight: 600, content: line, size: 12 }) +
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
