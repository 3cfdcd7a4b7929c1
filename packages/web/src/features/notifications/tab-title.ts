const MAX_SHOWN = 99;
/** Browsers send each title to other processes. A message that is read on arrival must not change it back and forth. */
const DEBOUNCE_MS = 100;

let pendingTitle: string | null = null;

/** Sets the tab's title, debounced: the last title wins. */
export function showTitle(title: string): void {
  if (pendingTitle === null) setTimeout(apply, DEBOUNCE_MS);
  pendingTitle = title;
}

function apply(): void {
  if (pendingTitle !== null && pendingTitle !== document.title) document.title = pendingTitle;
  pendingTitle = null;
}

/** "(2) #general · Parley": the unread count and the conversation. `label` is null on the sidebar of a phone. */
export function tabTitle(unread: number, label: string | null): string {
  const count = unread === 0 ? '' : `(${unread > MAX_SHOWN ? `${MAX_SHOWN}+` : unread}) `;
  return `${count}${label === null ? '' : `${label} · `}Parley`;
}
