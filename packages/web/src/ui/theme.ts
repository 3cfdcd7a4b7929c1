export type Theme = 'system' | 'light' | 'dark';

const KEY = 'parley.theme'; // public/theme.js reads it before the first paint.
const listeners = new Set<() => void>();

export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Applies a theme and stores the choice in this browser. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  applyThemeColour();
  for (const listener of listeners) listener();
}

/** The browser's own colours follow the chosen theme, or the system if none is chosen. */
export function applyThemeColour(): void {
  const chosen = currentTheme();
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const of = meta.dataset['of'] ?? '';
    meta.media = chosen === 'system' ? `(prefers-color-scheme: ${of})` : chosen === of ? 'all' : 'not all';
  }
}

export function subscribeTheme(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
