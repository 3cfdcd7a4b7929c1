import { createPersistedStore } from '../../lib/persisted-store.ts';

/** What the owner has done of the first three things, and whether the list may go. Kept in this browser. */
export interface OnboardingProgress {
  readonly invited: boolean;
  readonly themed: boolean;
  readonly dismissed: boolean;
}

export const onboardingStore = createPersistedStore('welcome', (stored): OnboardingProgress => {
  const known: Partial<Record<keyof OnboardingProgress, unknown>> =
    typeof stored === 'object' && stored !== null ? stored : {};
  return {
    invited: known.invited === true,
    themed: known.themed === true,
    dismissed: known.dismissed === true,
  };
});

export const recordOnboardingStep = (step: keyof OnboardingProgress): void =>
  onboardingStore.set({ ...onboardingStore.get(), [step]: true });
