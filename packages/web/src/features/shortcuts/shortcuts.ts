/** All keyboard shortcuts, as the sheet shows them. `Mod` is ⌘ on a Mac and Ctrl elsewhere. */
export const SHORTCUTS = [
  {
    title: 'Getting around',
    entries: [
      { what: 'Jump to a channel or person', keys: ['Mod+K'] },
      { what: 'Previous or next channel', keys: ['Alt+Up', 'Alt+Down'] },
      { what: 'Previous or next unread', keys: ['Alt+Shift+Up', 'Alt+Shift+Down'] },
      { what: 'Close what is open, then mark as read', keys: ['Esc'] },
      { what: 'Settings', keys: ['Mod+,'] },
      { what: 'This list', keys: ['Mod+/'] },
    ],
  },
  {
    title: 'Writing',
    entries: [
      { what: 'Send', keys: ['Enter'] },
      { what: 'New line', keys: ['Shift+Enter'] },
      { what: 'Edit your last message', keys: ['Up'] },
      { what: 'Bold', keys: ['Mod+B'] },
      { what: 'Italic', keys: ['Mod+I'] },
    ],
  },
] as const;

export type ShortcutAction =
  | { readonly name: 'switcher' | 'shortcuts' | 'settings' | 'escape' }
  | { readonly name: 'move'; readonly direction: 'up' | 'down'; readonly unreadOnly: boolean };

export type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/** The page-wide action of a key, or null. */
export function shortcutOf(event: Pressed): ShortcutAction | null {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  // Both keys work on all systems, because people bring their habits along.
  const mod = (ctrlKey || metaKey) && !(ctrlKey && metaKey) && !altKey;
  if (mod && !shiftKey && key.toLowerCase() === 'k') return { name: 'switcher' };
  // On many layouts the slash needs Shift.
  if (mod && (key === '/' || event.code === 'Slash')) return { name: 'shortcuts' };
  if (mod && !shiftKey && key === ',') return { name: 'settings' };
  if (altKey && !ctrlKey && !metaKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
    return { name: 'move', direction: key === 'ArrowUp' ? 'up' : 'down', unreadOnly: shiftKey };
  }
  if (key === 'Escape' && !altKey && !ctrlKey && !metaKey && !shiftKey) return { name: 'escape' };
  return null;
}
