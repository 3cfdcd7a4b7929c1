import { createPersistedStore } from '../../lib/persisted-store.ts';

/** The onboarding steps the owner has completed. Stored in this browser. */
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
