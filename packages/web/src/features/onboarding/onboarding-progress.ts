import { createPersistedStore } from '../../lib/persisted-store.ts';

/** What the owner has done of the first three things, and whether the list may go. Kept in this browser. */
export interface WelcomeProgress {
  readonly invited: boolean;
  readonly themed: boolean;
  readonly dismissed: boolean;
}

export const welcomeStore = createPersistedStore('welcome', (kept): WelcomeProgress => {
  const known: Partial<Record<keyof WelcomeProgress, unknown>> = typeof kept === 'object' && kept !== null ? kept : {};
  return {
    invited: known.invited === true,
    themed: known.themed === true,
    dismissed: known.dismissed === true,
  };
});

export const recordOnboardingStep = (step: keyof WelcomeProgress): void =>
  welcomeStore.set({ ...welcomeStore.get(), [step]: true });
