import { createParleyClient, type ParleyClient } from '@parley/client';
import { browserEnvironment, claimClientId } from '@parley/client/browser';

/** Creates the SDK client of this tab. The session cookie authenticates it. It is not connected yet. */
export async function createSdk(): Promise<ParleyClient> {
  const clientId = await claimClientId();
  return createParleyClient({ clientId, environment: browserEnvironment({ clientId }) });
}
