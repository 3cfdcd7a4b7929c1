import { createStore } from '../lib/store.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'danger';
}

const SHOWN_MS = 4_000;
const MAX_TOASTS = 3;
let lastId = 0;

export const toasts = createStore<readonly Toast[]>([]);

/** Shows a short notice at the lower edge for four seconds. Use a dialog for failures that need a decision. */
export function showToast(text: string, tone: Toast['tone'] = 'plain'): void {
  const toast = { id: ++lastId, text, tone };
  toasts.set([...toasts.get(), toast].slice(-MAX_TOASTS));
  setTimeout(() => toasts.set(toasts.get().filter((other) => other !== toast)), SHOWN_MS);
}
