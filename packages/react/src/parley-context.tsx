import type { ParleyClient } from '@parley/client';
import { createContext, type ReactNode, useContext } from 'react';

const ParleyContext = createContext<ParleyClient | null>(null);

/** Provides `client` to the hooks below it. The owner of the client connects and closes it. */
export function ParleyProvider(props: { readonly client: ParleyClient; readonly children: ReactNode }): ReactNode {
  return <ParleyContext value={props.client}>{props.children}</ParleyContext>;
}

/** The client of the nearest `ParleyProvider`. Throws without one. */
export function useParley(): ParleyClient {
  const client = useContext(ParleyContext);
  if (client === null) throw new Error('useParley needs a ParleyProvider above it');
  return client;
}
