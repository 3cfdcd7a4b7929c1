// Runs before the first paint, so that the chosen theme never flashes. `src/ui/theme.ts` stores the choice.
try {
  const chosen = localStorage.getItem('parley.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the theme follows the system.
}
