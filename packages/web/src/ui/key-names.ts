const MAC: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩' };
const OTHERS: Readonly<Record<string, string>> = { Mod: 'Ctrl' };
const ANYWHERE: Readonly<Record<string, string>> = { Up: '↑', Down: '↓', Esc: 'Esc' };

const isMac: boolean = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** `Mod+Shift+Up` → ['⌘', '⇧', '↑'] on a Mac, ['Ctrl', 'Shift', '↑'] elsewhere. */
export function keyParts(keys: string, mac: boolean = isMac): string[] {
  const own = mac ? MAC : OTHERS;
  return keys.split('+').map((key) => own[key] ?? ANYWHERE[key] ?? key);
}

/** The same as text: "⌘⇧↑", "Ctrl+Shift+↑". */
export function formatKeys(keys: string, mac: boolean = isMac): string {
  return keyParts(keys, mac).join(mac ? '' : '+');
}
