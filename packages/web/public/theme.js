// Runs before the first paint, so that a chosen theme never flashes. `src/ui/theme.ts` writes the choice.
try {
  const chosen = localStorage.getItem('parley.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the theme follows the system.
}
