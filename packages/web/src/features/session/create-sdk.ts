import { createParleyClient, type ParleyClient } from '@parley/client';
import { browserEnvironment, claimClientId } from '@parley/client/browser';

/** The SDK for this tab, proven by the session cookie, not connected yet. */
export async function createSdk(): Promise<ParleyClient> {
  const clientId = await claimClientId();
  return createParleyClient({ clientId, environment: browserEnvironment({ clientId }) });
}
