let focusRegistered: (() => void) | null = null;

/** Registers how to focus the composer on screen; the latest registration counts. Returns a function that removes it. */
export function registerComposer(focus: () => void): () => void {
  focusRegistered = focus;
  return () => {
    if (focusRegistered === focus) focusRegistered = null;
  };
}

/** Focuses the composer. Returns false when there is none. */
export function focusComposer(): boolean {
  focusRegistered?.();
  return focusRegistered !== null;
}
