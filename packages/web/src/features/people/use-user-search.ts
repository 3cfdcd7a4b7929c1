import type { UserList } from '@parley/protocol';
import { useCallback, useEffect, useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { type Requested, useRequest } from '../../lib/use-request.ts';

const PAUSE_MS = 120;

/** People on the server whose name or handle has `text`, once typing pauses. What was found before stays meanwhile. */
export function useFoundPeople(text: string): Requested<UserList> {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = asked.trim().replace(/^@/u, '');
  return useRequest(useCallback(() => api.findUsers(query), [query]));
}
