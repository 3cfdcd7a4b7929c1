import { useCurrentUser } from '../session/use-current-user.ts';
import { Drafts } from './drafts.ts';

const draftsByUser = new Map<string, Drafts>();

/** The drafts of the signed-in user. */
export function useDrafts(): Drafts {
  return draftsOf(useCurrentUser().id);
}

function draftsOf(user: string): Drafts {
  const known = draftsByUser.get(user);
  if (known !== undefined) return known;
  const drafts = new Drafts(user, {
    storage: browserStorage(),
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  });
  addEventListener('pagehide', () => drafts.flush());
  draftsByUser.set(user, drafts);
  return drafts;
}

/** Reads `localStorage` at each use: where storage is forbidden, even accessing the property throws. */
function browserStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  return {
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
    removeItem: (key) => localStorage.removeItem(key),
  };
}
