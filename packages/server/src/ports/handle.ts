import { MAX_HANDLE_CHARS } from '@parley/protocol';

/** The length of `-9999999`. All candidates for one name share the characters before it. */
const MAX_SUFFIX_CHARS = 8;

/** A handle that looks like the name: `Ada Lovelace` → `ada-lovelace`. `user` when no letter of the name has an ASCII form. */
export function handleFromName(name: string): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return cut(words.join('-'), MAX_HANDLE_CHARS) || 'user';
}

/** The common prefix of all candidates for `name`. The taken handles with this prefix are enough to choose a free one. */
export function handlePrefix(name: string): string {
  return cut(handleFromName(name), MAX_HANDLE_CHARS - MAX_SUFFIX_CHARS);
}

/** The first of `ada`, `ada-2`, `ada-3` … that is not taken. */
export function firstFreeHandle(name: string, taken: ReadonlySet<string>): string {
  const wanted = handleFromName(name);
  let handle = wanted;
  for (let number = 2; taken.has(handle); number += 1) {
    const suffix = `-${number}`;
    handle = cut(wanted, MAX_HANDLE_CHARS - suffix.length) + suffix;
  }
  return handle;
}

function cut(text: string, maxChars: number): string {
  return text.slice(0, maxChars).replace(/-+$/, '');
}
