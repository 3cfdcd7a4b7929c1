import { SUBPROTOCOL } from '@parley/protocol';
import type { OpenSocket, SocketHandlers } from '../environment.ts';
import { handshakeUrl, type Server } from './http.ts';

/** "Closed abnormally": browsers report it when a connection breaks. */
const BROKEN = 1006;
/** The characters that a subprotocol may have (RFC 6455 uses HTTP's `token`). */
const SUBPROTOCOL_TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

export function openWebSocket(server: Server): OpenSocket {
  return (clientId, handlers) => {
    let socket: WebSocket | null = null;
    let isClosed = false;
    const open = (token: string | null): void => {
      if (isClosed) return;
      socket = new WebSocket(handshakeUrl(server, clientId).replace(/^http/, 'ws'), subprotocolsFor(token));
      listen(socket, handlers);
    };
    tokenOf(server)
      .then(open)
      .catch(() => {
        if (!isClosed) handlers.closed(BROKEN);
      });
    return {
      send: (text) => socket?.send(text),
      bufferedBytes: () => socket?.bufferedAmount ?? 0,
      close: () => {
        isClosed = true;
        socket?.close();
      },
    };
  };
}

async function tokenOf({ getToken }: Server): Promise<string | null> {
  return getToken === null ? null : getToken();
}

function subprotocolsFor(token: string | null): string[] {
  if (token === null) return [SUBPROTOCOL];
  if (!SUBPROTOCOL_TOKEN.test(token)) throw new Error("this token can't be sent as a subprotocol: use a ticket");
  return [SUBPROTOCOL, `bearer.${token}`];
}

function listen(socket: WebSocket, handlers: SocketHandlers): void {
  socket.addEventListener('open', () => handlers.opened());
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') handlers.received(data);
  });
  socket.addEventListener('close', ({ code }) => handlers.closed(code));
}
