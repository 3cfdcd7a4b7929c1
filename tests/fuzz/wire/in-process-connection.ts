import type { Core, UserRecord } from '@parley/server/testing';
import { textsOfFrames } from '@parley/testkit';
import type { Handlers, FuzzConnection } from './connection.ts';

export interface InProcessOptions {
  readonly core: Core;
  readonly user: UserRecord;
  readonly clientId: string;
}

/** Connects to a core in this process. Everything is received immediately, so nothing waits in a buffer. */
export function openInProcessConnection(
  { core, user, clientId }: InProcessOptions,
  handlers: Handlers,
): FuzzConnection {
  const identity = { user, session: `s_${user.id}`, expiresAt: Number.MAX_SAFE_INTEGER };
  const close = (code: number): void =>
    queueMicrotask(() => {
      events.onClose(code);
      handlers.onClose(code);
    });
  const events = core.gateway.accept(
    { clientId, identity, address: '127.0.0.1', recheck: async () => 'valid' },
    {
      write: (frames) => {
        for (const bytes of frames) for (const text of textsOfFrames(bytes)) handlers.onText(text);
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
