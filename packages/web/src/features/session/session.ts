import type { ParleyClient } from '@parley/client';
import type { Me, ServerInfo, User } from '@parley/protocol';
import { api } from '../../lib/http/api.ts';
import { describeError } from '../../lib/http/request.ts';
import { navigate } from '../../lib/navigation.ts';
import { createStore } from '../../lib/store.ts';
import { showToast } from '../../ui/toast.ts';
import { createSdk } from './create-sdk.ts';

/** The state of the page's session. Only this module opens and closes the connection. */
export type Session =
  | { readonly name: 'checking' }
  | { readonly name: 'unreachable' }
  /** `notice` explains why the session ended. */
  | { readonly name: 'signed-out'; readonly server: ServerInfo; readonly notice: string | null }
  | { readonly name: 'signed-in'; readonly me: Me; readonly parley: ParleyClient };

export const sessionStore = createStore<Session>({ name: 'checking' });

/** Asks the server for the current user and connects. Also called after signing in. */
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

/** Ends the session here and on the server. If the server is unreachable, the user stays signed in and sees an error. */
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

/** Handles a session that the server has ended: disconnects and shows the sign-in page. */
export async function handleSessionEnded(): Promise<void> {
  if (signingOut) return; // The user signs out themselves.
  await closeSession();
  await checkSession('You were signed out. Sign in to go on where you were.');
}

/** Applies changes the user has made to their profile. */
export function updateMe(user: User): void {
  const session = sessionStore.get();
  if (session.name === 'signed-in') sessionStore.set({ ...session, me: { ...session.me, user } });
}

async function startSession(me: Me): Promise<void> {
  const parley = await createSdk();
  // Two checks may run at the same time. Only one may open a connection.
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
