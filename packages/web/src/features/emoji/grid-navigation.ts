const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * The index that an arrow key leads to from `index`, in groups below each other with `columns` cells in a row. `index`
 * counts through all groups. Null for other keys, and where there is no cell.
 */
export function nextGridIndex(
  key: string,
  index: number,
  { sizes, columns }: { readonly sizes: readonly number[]; readonly columns: number },
): number | null {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const step = STEPS[key];
  if (step !== undefined) return index + step >= 0 && index + step < total ? index + step : null;
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return null;
  const rows = rowsOf(sizes, columns);
  const row = rows.findIndex(({ start, length }) => index < start + length);
  const next = rows[row + (key === 'ArrowDown' ? 1 : -1)];
  const column = index - (rows[row]?.start ?? 0);
  return next === undefined ? null : next.start + Math.min(column, next.length - 1);
}

function rowsOf(sizes: readonly number[], columns: number): { readonly start: number; readonly length: number }[] {
  const rows = [];
  let start = 0;
  for (const size of sizes) {
    for (let done = 0; done < size; done += columns) {
      const length = Math.min(columns, size - done);
      rows.push({ start, length });
      start += length;
    }
  }
  return rows;
}
