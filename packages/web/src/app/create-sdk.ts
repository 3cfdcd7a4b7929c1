import { createParleyClient, type ParleyClient } from '@parley/client';
import { browserParts, claimClientId } from '@parley/client/browser';

/** The SDK for this tab, proven by the session cookie, not connected yet. */
export async function openParley(): Promise<ParleyClient> {
  const clientId = await claimClientId();
  return createParleyClient({ clientId, parts: browserParts({ clientId }) });
}
