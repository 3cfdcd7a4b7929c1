import { applyFormat, type Change, type Format } from './format.ts';

/** Applies a change to a textarea as if it were typed, so that the browser can undo it. */
export function changeText(area: HTMLTextAreaElement, change: Change): void {
  area.focus();
  area.setSelectionRange(change.from, change.to);
  // oxlint-disable-next-line typescript/no-deprecated -- The only way that keeps the history of undo.
  const typed = document.execCommand(change.insert === '' ? 'delete' : 'insertText', false, change.insert);
  if (!typed && change.insert !== area.value.slice(change.from, change.to)) {
    area.setRangeText(change.insert);
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
  area.setSelectionRange(change.start, change.end);
}

/** Formats the selection, or what is typed next. */
export function formatSelection(area: HTMLTextAreaElement | null, format: Format): void {
  if (area === null) return;
  const { value: text, selectionStart: start, selectionEnd: end } = area;
  changeText(area, applyFormat(format, { text, start, end }));
}

/** Replaces the selection. */
export function insertText(area: HTMLTextAreaElement | null, text: string): void {
  if (area === null) return;
  const { selectionStart: from, selectionEnd: to } = area;
  changeText(area, { from, to, insert: text, start: from + text.length, end: from + text.length });
}
