import type { UserList } from '@parley/protocol';
import { useCallback, useEffect, useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { type RequestState, useRequest } from '../../lib/use-request.ts';

const DEBOUNCE_MS = 120;

/** Users whose name or handle contains `text`, debounced. The previous result stays until the next one arrives. */
export function useUserSearch(text: string): RequestState<UserList> {
  const [settledText, setSettledText] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettledText(text), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = settledText.trim().replace(/^@/u, '');
  return useRequest(useCallback(() => api.findUsers(query), [query]));
}
