let focusRegistered: (() => void) | null = null;

/** The composer on screen says how to focus it. Returns its undo; the latest one counts. */
export function registerComposer(focus: () => void): () => void {
  focusRegistered = focus;
  return () => {
    if (focusRegistered === focus) focusRegistered = null;
  };
}

/** Puts the caret into the composer. False when there is none. */
export function focusComposer(): boolean {
  focusRegistered?.();
  return focusRegistered !== null;
}
