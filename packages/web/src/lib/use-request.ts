import type { Result } from '@parley/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ApiError } from './http/request.ts';

export type LoadState<T> =
  | { readonly name: 'loading' }
  | { readonly name: 'failed'; readonly error: ApiError }
  | { readonly name: 'loaded'; readonly value: T };

export interface RequestState<T> {
  readonly state: LoadState<T>;
  /** Requests again. The loaded value stays on screen meanwhile. */
  readonly reload: () => void;
}

/** The result of `send`, requested on mount and whenever `send` changes. Outdated results are dropped. */
export function useRequest<T>(send: () => Promise<Result<T, ApiError>>): RequestState<T> {
  const [state, setState] = useState<LoadState<T>>({ name: 'loading' });
  const current = useRef<symbol | null>(null);

  const load = useCallback(() => {
    const attempt = Symbol('round');
    current.current = attempt;
    void send().then((result) => {
      if (current.current !== attempt) return;
      setState(result.ok ? { name: 'loaded', value: result.value } : { name: 'failed', error: result.error });
    });
  }, [send]);

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
