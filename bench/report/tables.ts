import { QUIET } from '../measure/run.ts';
import type { Case } from '../scenarios/scenario.ts';
import { columnsOf, labelOf, show, spreadOf } from './figures.ts';

/** A case as a Markdown table: medians, the spread of the primary figure, and the ratio of Parley. */
export function caseTable(measured: Case): string {
  const { primary, rows } = measured;
  const columns = columnsOf(rows);
  const compares = rows.some(({ parleyRatio }) => parleyRatio !== null);
  const head = ['', ...columns.map(labelOf), 'spread', ...(compares ? ['Parley is'] : [])];
  const body = rows.map(({ contender, figures, parleyRatio }) => {
    const decisive = figures[primary];
    return [
      contender,
      ...columns.map((name) => show(name, figures[name]?.median ?? Number.NaN)),
      decisive === undefined ? '–' : `±${Math.round(spreadOf(decisive) * 100)} %`,
      ...(compares ? [parleyRatio === null ? '' : `× ${parleyRatio.toPrecision(2)}`] : []),
    ];
  });
  return markdownTable([head, ...body]);
}

/** How far the generator and other processes may have influenced the figures; null when that was not recorded. */
export function conditions(cases: readonly Case[]): string | null {
  const mediansOf = (name: string): number[] => {
    return cases.flatMap(({ rows }) => rows.flatMap(({ figures }) => figures[name]?.median ?? []));
  };
  const busy = Math.max(0, ...mediansOf('generatorBusy'));
  const ceiling = Math.min(...mediansOf('generatorCeiling'));
  const others = Math.max(0, ...mediansOf('othersCpu'));
  const sentences = [
    busy === 0 ? '' : `The load generator was busy for at most ${Math.round(busy * 100)} % of the time.`,
    Number.isFinite(ceiling)
      ? `Its own ceiling was ${Math.round(ceiling).toLocaleString('en')} deliveries/s or more.`
      : '',
    others > QUIET
      ? `**Taken on a busy machine:** other processes took up to ${others.toFixed(1)} cores, so figures are too low and ratios doubtful.`
      : '',
  ].filter((sentence) => sentence !== '');
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** Cases that are points of a line, in one table. */
export function lineTable(cases: readonly Case[]): string {
  const columns = columnsOf(cases.flatMap(({ rows }) => rows));
  const body = cases.map(({ name, rows }) => [
    name,
    ...columns.map((column) => show(column, rows[0]?.figures[column]?.median ?? Number.NaN)),
  ]);
  return markdownTable([['', ...columns.map(labelOf)], ...body]);
}

export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A Markdown table with its columns aligned, for a terminal. */
export function aligned(table: string): string {
  const rows = table.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').replace(/^-+:?$/, '').length)),
  );
  const lines = rows
    .filter((_, index) => index !== 1)
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
    );
  return lines.map((cells) => `  ${cells.join('  ')}`).join('\n');
}
