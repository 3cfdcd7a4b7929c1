import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react';

type Highlight = (text: string, language: string) => ReactNode;

let highlight: Highlight | null = null;
let loading: Promise<void> | null = null;
const listeners = new Set<() => void>();

/** The highlighted code. Plain text until the highlighter has loaded, and for unknown languages. */
export function useHighlighted(text: string, language: string): ReactNode {
  const ready = useSyncExternalStore(subscribe, () => highlight);
  useEffect(() => {
    if (language !== '') loading ??= load();
  }, [language]);
  return useMemo(() => (language === '' || ready === null ? text : ready(text, language)), [text, language, ready]);
}

async function load(): Promise<void> {
  try {
    ({ highlight } = await import('./highlight.ts'));
  } catch {
    // Possibly offline: code stays plain, and the next block tries again.
    loading = null;
    return;
  }
  for (const listener of listeners) listener();
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
