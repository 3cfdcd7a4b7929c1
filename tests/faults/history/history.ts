import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryRecord } from '../checker/records.ts';

const BUFFERED_CHARS = 65_536;

/** Writes down what happens, in the order in which it is seen. */
export interface History {
  readonly path: string;
  note(record: HistoryRecord): void;
  /** Something that has a bound: outside of it the checker finds a violation. */
  measure(name: string, value: number, bounds?: { readonly atLeast?: number; readonly atMost?: number }): void;
  /** Writes what is buffered. */
  flush(): void;
  close(): void;
  /** After `close`, when nothing in it is worth keeping. */
  remove(): void;
}

export function openHistory(path: string): History {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  let buffered = '';
  let isClosed = false;

  function flush(): void {
    if (buffered !== '') writeSync(file, buffered);
    buffered = '';
  }

  function note(record: HistoryRecord): void {
    if (isClosed) return;
    buffered += `${JSON.stringify(record)}\n`;
    if (buffered.length > BUFFERED_CHARS) flush();
  }

  return {
    path,
    note,
    measure: (name, value, bounds = {}) => note({ what: 'measured', name, value, ...bounds }),
    flush,
    close() {
      if (isClosed) return;
      flush();
      isClosed = true;
      closeSync(file);
    },
    remove: () => rmSync(path, { force: true }),
  };
}
