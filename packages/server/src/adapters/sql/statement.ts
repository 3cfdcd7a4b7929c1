import { sql, type AliasedRawBuilder, type Compilable, type RawBuilder } from 'kysely';
import type { Dialect } from './dialect.ts';

export type SqlValue = string | number | boolean | null;

/** A statement with its parameters, ready to be sent. */
export interface SqlStatement<Row = unknown> {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** It runs once for each of these instead of once with `parameters`. */
  readonly each?: Rows;
  /** The number of rows it must change. Any other number fails the transaction, because the decision contradicts the data. */
  readonly expectRowsAffected?: number;
  /** One of its `rows` parameters is empty, so there is nothing to find, insert or change. */
  readonly isIdle?: boolean;
  /** Carries the type of the rows; never set. */
  readonly row?: Row;
}

/** Many rows as one parameter: a JSON array of arrays. */
export type Rows = readonly (readonly SqlValue[])[];

interface ParameterTypes {
  readonly text: string;
  readonly int: number;
  readonly boolean: number | boolean;
  readonly nullableText: string | null;
  readonly rows: Rows;
}
type Parameters = Readonly<Record<string, keyof ParameterTypes>>;
type Values<P extends Parameters> = { readonly [K in keyof P]: ParameterTypes[P[K]] };
type Slots<P extends Parameters> = { readonly [K in keyof P]: RawBuilder<ParameterTypes[P[K]]> };

/** A placeholder for a value in a compiled statement. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Compiles a query once. The returned function only fills in its parameters. */
export function prepare<P extends Parameters, Row>(
  parameters: P,
  build: (slots: Slots<P>) => Compilable<Row>,
): (values: Values<P>) => SqlStatement<Row> {
  const { sql, places } = compile(parameters, build);
  return (values) => ({
    sql,
    parameters: places.map((place) => (typeof place === 'string' ? toSqlValue(values[place]) : place.constant)),
    isIdle: Object.values(values).some((value) => Array.isArray(value) && value.length === 0),
  });
}

/** The same for a statement that runs once for each of many rows, which have its parameters in the order given. */
export function prepareEach<P extends Parameters>(
  parameters: P,
  build: (slots: Slots<P>) => Compilable,
): (rows: Rows) => SqlStatement {
  const { sql, places } = compile(parameters, build);
  const order = Object.keys(parameters);
  if (places.length !== order.length || places.some((place, index) => place !== order[index])) {
    throw new Error(`its parameters have another order: ${sql}`);
  }
  return (rows) => ({ sql, parameters: [], each: rows, isIdle: rows.length === 0 });
}

/** `places` are the names of the parameters in the order in which the statement takes them. */
function compile<P extends Parameters>(parameters: P, build: (slots: Slots<P>) => Compilable) {
  const slots = Object.fromEntries(Object.keys(parameters).map((name) => [name, sql`${new Slot(name)}`])) as Slots<P>;
  const compiled = build(slots).compile();
  const places = compiled.parameters.map((place) =>
    place instanceof Slot ? place.name : { constant: place as SqlValue },
  );
  return { sql: compiled.sql, places };
}

/** Fails the transaction unless the statement changes that many rows. */
export function expectRowsAffected(rows: number, step: SqlStatement): SqlStatement {
  return { ...step, expectRowsAffected: rows };
}

export type ColumnTypes = Readonly<Record<string, 'text' | 'int' | 'nullableText'>>;
type RowOf<C extends ColumnTypes> = { [K in keyof C]: ParameterTypes[C[K]] };

/** A `rows` parameter as a table called `r`. */
export function rowsFrom<C extends ColumnTypes>(
  dialect: Dialect,
  rows: RawBuilder<Rows>,
  columns: C,
): AliasedRawBuilder<RowOf<C>, 'r'> {
  const selected = Object.entries(columns).map(([name, type], index) => {
    const value = sql`value ->> ${sql.lit(index)}`;
    return sql`${type === 'int' ? sql`cast(${value} as bigint)` : value} as ${sql.ref(name)}`;
  });
  return sql<RowOf<C>>`(select ${sql.join(selected)} from ${sql.raw(dialect.eachRow)}(${rows}))`.as('r');
}

function toSqlValue(value: SqlValue | Rows | undefined): SqlValue {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);
}
