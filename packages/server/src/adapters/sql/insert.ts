import type { Kysely } from 'kysely';
import type { SqlDatabase } from './sql-database.ts';
import { prepare, prepareEach, rowsFrom, type ColumnTypes, type Rows, type SqlStatement } from './statement.ts';
import type { Tables } from './tables.ts';

type ColumnsOf<T extends keyof Tables> = { readonly [K in keyof Tables[T]]?: ColumnTypes[string] };

/** Prepares the insertion of many rows, which have their values in the order of `columns`. */
export function prepareInsert<T extends keyof Tables>(
  { kysely, dialect }: SqlDatabase,
  table: T,
  columns: ColumnsOf<T>,
): (rows: Rows) => SqlStatement {
  // The parameter's type checks that the table has these columns; below, table and columns are any.
  const types = columns as ColumnTypes;
  const insert = (kysely as unknown as Kysely<Record<string, Record<string, unknown>>>).insertInto(table);
  if (dialect.inserts === 'each') return prepareEach(types, (slots) => insert.values(slots));
  const together = prepare({ rows: 'rows' }, ({ rows }) =>
    insert.columns(Object.keys(types)).expression(kysely.selectFrom(rowsFrom(dialect, rows, types)).selectAll('r')),
  );
  return (rows) => together({ rows });
}
