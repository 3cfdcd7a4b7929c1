import type { UserId } from '@parley/protocol';
import { toUser } from '#chat/users/profile.ts';
import { PROFILE_OVERLAP_MS } from '#limits.ts';
import type { Store } from '#ports/store.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import type { Hub } from '../fanout/hub.ts';
import { encodeTextFrame } from '../socket/encode-text-frame.ts';

/** A profile is known to everyone here, so everyone hears of its change. */
export interface Profiles {
  /** The bus says that it changed. */
  changed(user: UserId): Promise<void>;
  /** Tells what changed since the last comparison and was not told. */
  compare(): Promise<void>;
}

export interface ProfilesDeps {
  readonly store: Pick<Store, 'now'>;
  readonly users: Pick<Users, 'find' | 'changedSince'>;
  readonly hub: Hub;
  /** Nothing is lost or doubled, so there is nothing to compare. */
  readonly isReliable: boolean;
}

export function createProfiles({ store, users, hub, isReliable }: ProfilesDeps): Profiles {
  /** What was told lately: since the last comparison, and in the time before it that is looked at again. */
  let told = new Map<UserId, string>();
  let comparedAtMs: number | null = null;

  function tell(record: UserRecord): void {
    const text = JSON.stringify({ type: 'user', user: toUser(record) });
    if (!isReliable) {
      if (told.get(record.id) === text) return;
      told.set(record.id, text);
    }
    hub.broadcastToAll(encodeTextFrame(text));
  }

  return {
    async changed(id) {
      const user = await users.find(id);
      if (user !== null) tell(user);
    },
    async compare() {
      const nowMs = await store.now();
      const sinceMs = comparedAtMs;
      comparedAtMs = nowMs;
      if (sinceMs === null) return;
      const changed = await users.changedSince(sinceMs - PROFILE_OVERLAP_MS);
      const before = told;
      for (const user of changed) tell(user);
      told = new Map(changed.flatMap(({ id }) => [[id, before.get(id) ?? ''] as const]));
    },
  };
}
