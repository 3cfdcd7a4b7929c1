import type { Core, UserRecord } from '@parley/server/testing';
import { textsOfFrames } from '@parley/testkit';
import type { Handlers, FuzzConnection } from './connection.ts';

export interface CoreLineOptions {
  readonly core: Core;
  readonly user: UserRecord;
  readonly clientId: string;
}

/** A line to a core in this process. Whoever listens reads at once, so nothing waits. */
export function openCoreLine({ core, user, clientId }: CoreLineOptions, ear: Handlers): FuzzConnection {
  const identity = { user, session: `s_${user.id}`, expiresAt: Number.MAX_SAFE_INTEGER };
  const close = (code: number): void =>
    queueMicrotask(() => {
      events.onClose(code);
      ear.ended(code);
    });
  const events = core.gateway.accept(
    { clientId, identity, address: '127.0.0.1', recheck: async () => 'valid' },
    {
      write: (frames) => {
        for (const bytes of frames) for (const text of textsOfFrames(bytes)) ear.text(text);
      },
      bufferedBytes: () => 0,
      ping: () => undefined,
      close,
    },
  );
  let waiting: string[] = [];
  return {
    send: (text) => void waiting.push(text),
    flush() {
      const texts = waiting;
      waiting = [];
      for (const text of texts) events.onText(text);
    },
    waitingBytes: 0,
    close: () => close(1000),
  };
}
