import type { ParleyClient } from '@parley/client';
import type { Me, ServerInfo, User } from '@parley/protocol';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { navigate } from '../../lib/navigation.ts';
import { createStore } from '../../lib/store.ts';
import { showToast } from '../../ui/toast.ts';
import { createSdk } from './create-sdk.ts';

/** Who uses this page. The one place that opens and closes the connection. */
export type Session =
  | { readonly name: 'checking' }
  | { readonly name: 'unreachable' }
  /** `notice` tells why somebody who was signed in is not any more. */
  | { readonly name: 'signed-out'; readonly server: ServerInfo; readonly notice: string | null }
  | { readonly name: 'signed-in'; readonly me: Me; readonly parley: ParleyClient };

export const sessionStore = createStore<Session>({ name: 'checking' });

/** Asks the server who this is, and connects them. Also after signing in. */
export async function checkSession(notice: string | null = null): Promise<void> {
  const me = await api.me();
  if (me.ok) {
    await startSession(me.value);
    return;
  }
  const { error } = me;
  const unknown = error.kind === 'refused' && (error.status === 401 || error.status === 403);
  if (!unknown) {
    sessionStore.set({ name: 'unreachable' });
    return;
  }
  const server = await api.server();
  sessionStore.set(server.ok ? { name: 'signed-out', server: server.value, notice } : { name: 'unreachable' });
}

let signingOut = false;

/** Ends the session, here and on the server. Stays signed in, and says so, when the server can't be reached. */
export async function signOut(): Promise<void> {
  signingOut = true;
  const result = await api.signOut();
  signingOut = false;
  if (!result.ok && result.error.kind === 'unreachable') {
    showToast(`You are still signed in. ${describeError(result.error)}`, 'danger');
    return;
  }
  await closeSession();
  navigate({ name: 'home' }, { replace: true });
  await checkSession();
}

/** The server ended the session: drops the connection and asks to sign in again. */
export async function handleSessionEnded(): Promise<void> {
  if (signingOut) return; // The user's own doing.
  await closeSession();
  await checkSession('You were signed out. Sign in to go on where you were.');
}

/** Takes over what the user changed about themselves. */
export function updateMe(user: User): void {
  const session = sessionStore.get();
  if (session.name === 'signed-in') sessionStore.set({ ...session, me: { ...session.me, user } });
}

async function startSession(me: Me): Promise<void> {
  const parley = await createSdk();
  // Two checks may have been under way: one connection is enough.
  if (sessionStore.get().name === 'signed-in') return;
  sessionStore.set({ name: 'signed-in', me, parley });
  parley.connect();
}

async function closeSession(): Promise<void> {
  const session = sessionStore.get();
  if (session.name !== 'signed-in') return;
  sessionStore.set({ name: 'checking' });
  await session.parley.close();
}
