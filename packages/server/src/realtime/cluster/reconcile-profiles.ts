import type { UserId } from '@parley/protocol';
import { toUser } from '#chat/users/profile.ts';
import { PROFILE_OVERLAP_MS } from '#limits.ts';
import type { Store } from '#ports/store.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import type { Hub } from '../fanout/hub.ts';
import { encodeTextFrame } from '../socket/encode-text-frame.ts';

/** Every client knows the profiles, so a change is sent to every connection. */
export interface Profiles {
  /** Handles the message that the profile changed. */
  changed(user: UserId): Promise<void>;
  /** Sends what changed since the last run and was not sent. */
  reconcile(): Promise<void>;
}

export interface ProfilesDeps {
  readonly store: Pick<Store, 'now'>;
  readonly users: Pick<Users, 'find' | 'changedSince'>;
  readonly hub: Hub;
  /** The bus loses and duplicates nothing, so there is nothing to reconcile. */
  readonly isReliable: boolean;
}

export function createProfiles({ store, users, hub, isReliable }: ProfilesDeps): Profiles {
  /** The frames sent since the last run, and in the overlap before it that is read again. */
  let sent = new Map<UserId, string>();
  let reconciledAtMs: number | null = null;

  function send(record: UserRecord): void {
    const text = JSON.stringify({ type: 'user', user: toUser(record) });
    if (!isReliable) {
      if (sent.get(record.id) === text) return;
      sent.set(record.id, text);
    }
    hub.broadcastToAll(encodeTextFrame(text));
  }

  return {
    async changed(id) {
      const user = await users.find(id);
      if (user !== null) send(user);
    },
    async reconcile() {
      const nowMs = await store.now();
      const sinceMs = reconciledAtMs;
      reconciledAtMs = nowMs;
      if (sinceMs === null) return;
      const changed = await users.changedSince(sinceMs - PROFILE_OVERLAP_MS);
      const before = sent;
      for (const user of changed) send(user);
      sent = new Map(changed.flatMap(({ id }) => [[id, before.get(id) ?? ''] as const]));
    },
  };
}
