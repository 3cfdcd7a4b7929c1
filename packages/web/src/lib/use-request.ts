import type { Result } from '@parley/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ApiError } from './http/request.ts';

export type Loading<T> =
  | { readonly name: 'loading' }
  | { readonly name: 'failed'; readonly error: ApiError }
  | { readonly name: 'loaded'; readonly value: T };

export interface Requested<T> {
  readonly state: Loading<T>;
  /** Asks again; what was loaded stays on screen meanwhile. */
  readonly reload: () => void;
}

/** What `ask` answers. Asks when the component appears and when `ask` changes; an answer that was overtaken is dropped. */
export function useRequest<T>(ask: () => Promise<Result<T, ApiError>>): Requested<T> {
  const [state, setState] = useState<Loading<T>>({ name: 'loading' });
  const current = useRef<symbol | null>(null);

  const load = useCallback(() => {
    const round = Symbol('round');
    current.current = round;
    void ask().then((answer) => {
      if (current.current !== round) return;
      setState(answer.ok ? { name: 'loaded', value: answer.value } : { name: 'failed', error: answer.error });
    });
  }, [ask]);

  useEffect(() => {
    load();
    return () => {
      current.current = null;
    };
  }, [load]);

  const reload = useCallback(() => {
    setState((before) => (before.name === 'failed' ? { name: 'loading' } : before));
    load();
  }, [load]);
  return { state, reload };
}
