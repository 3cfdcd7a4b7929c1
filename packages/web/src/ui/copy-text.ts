/** Copies `text` to the clipboard. Returns false when the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // There is no clipboard API over plain http, as in local networks. The old command still works there.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside an open dialog, because it traps the focus.
  const dialog = before?.closest('[role="dialog"]') ?? document.body;
  dialog.append(area);
  area.select();
  // oxlint-disable-next-line typescript/no-deprecated -- Nothing else works without a secure context.
  const copied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
