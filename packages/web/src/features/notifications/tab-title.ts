const MAX_SHOWN = 99;

/** "(2) #general · Parley": how much is unread, and where one is. `place` is null on the sidebar of a phone. */
export function tabTitle(unread: number, place: string | null): string {
  const count = unread === 0 ? '' : `(${unread > MAX_SHOWN ? `${MAX_SHOWN}+` : unread}) `;
  return `${count}${place === null ? '' : `${place} · `}Parley`;
}
