const MAX_SHOWN = 99;
/** Browsers pass each title on to other processes: a message that is read as it comes must not change it there and back. */
const DEBOUNCE_MS = 100;

let pendingTitle: string | null = null;

/** Gives the tab its title a moment later: the last one that was asked for by then. */
export function showTitle(title: string): void {
  if (pendingTitle === null) setTimeout(apply, DEBOUNCE_MS);
  pendingTitle = title;
}

function apply(): void {
  if (pendingTitle !== null && pendingTitle !== document.title) document.title = pendingTitle;
  pendingTitle = null;
}

/** "(2) #general · Parley": how much is unread, and where one is. `place` is null on the sidebar of a phone. */
export function tabTitle(unread: number, label: string | null): string {
  const count = unread === 0 ? '' : `(${unread > MAX_SHOWN ? `${MAX_SHOWN}+` : unread}) `;
  return `${count}${label === null ? '' : `${label} · `}Parley`;
}
