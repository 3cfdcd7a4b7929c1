import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryRecord } from '../checker/records.ts';

const BUFFERED_CHARS = 65_536;

/** Records what happens, in the order of observation. */
export interface History {
  readonly path: string;
  note(record: HistoryRecord): void;
  /** Records a value with bounds. The checker reports a value outside of them. */
  measure(name: string, value: number, bounds?: { readonly atLeast?: number; readonly atMost?: number }): void;
  /** Writes buffered records. */
  flush(): void;
  close(): void;
  /** Deletes the file, after `close`. */
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
