import { useSyncExternalStore } from 'react';

/** Whether the page is visible and has the focus. */
export function usePageFocused(): boolean {
  return useSyncExternalStore(subscribe, isPageFocused);
}

function isPageFocused(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

function subscribe(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  addEventListener('focus', changed);
  addEventListener('blur', changed);
  return () => {
    document.removeEventListener('visibilitychange', changed);
    removeEventListener('focus', changed);
    removeEventListener('blur', changed);
  };
}
