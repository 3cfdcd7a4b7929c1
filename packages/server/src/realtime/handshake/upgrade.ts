import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_FRAME_BYTES, SUBPROTOCOL } from '@parley/protocol';
import { WebSocketServer, type Server as SocketServer } from 'ws';
import { CLOSE_GRACE_MS, MAX_FRAGMENTS, MAX_HANDSHAKE_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Gateway } from '../gateway.ts';
import { attachTransport, TransportSocket } from '../socket/ws-transport.ts';
import { authorizeHandshake, type AuthorizeDeps } from './authorize.ts';
import { parseHandshake, type HandshakeRequest, type ParseDeps } from './parse-handshake.ts';
import { toResponse, type HandshakeRefusal } from './refusal.ts';

export interface UpgradeDeps {
  readonly gateway: Gateway;
  readonly handshake: ParseDeps & AuthorizeDeps;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const INTERNAL: HandshakeRefusal = { code: 'internal', message: 'something went wrong here' };
const UPGRADE_REQUIRED: HandshakeRefusal = {
  code: 'upgrade_required',
  message: 'this would be accepted as a WebSocket',
};

/** `/ws/{clientId}`: upgrades accepted handshakes and refuses every other upgrade. */
export interface UpgradeHandler {
  /** Responds to a plain GET of the same address as to an upgrade. False when the path is another. */
  respondToProbe(request: IncomingMessage, response: ServerResponse): boolean;
}

export function attachUpgradeHandler(server: Server, deps: UpgradeDeps): UpgradeHandler {
  const sockets = new WebSocketServer({
    WebSocket: TransportSocket,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    maxFragments: MAX_FRAGMENTS,
    // The transport answers pings: the library would silently drop a flood of them.
    autoPong: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  sockets.on('wsClientError', (error, stream) =>
    rejectUpgrade(deps, stream, { code: 'bad_request', message: error.message }),
  );
  const lastResponses = new WeakMap<Duplex, Promise<void>>();
  server.on('request', (request, response) => {
    lastResponses.set(request.socket, new Promise((resolve) => void response.once('close', resolve)));
  });
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', destroy);
    void upgrade(deps, sockets, { request, stream, head, responded: lastResponses.get(stream) });
  });
  return {
    respondToProbe(request, response) {
      const parsed = parseHandshake(request, 'probe', deps.handshake);
      if (!parsed.ok && parsed.error.code === 'not_found') return false;
      void (parsed.ok ? probe(deps, parsed.value) : Promise.resolve(parsed.error)).then((refusal) => {
        const { status, headers, body } = toResponse(refusal);
        response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
      });
      return true;
    },
  };
}

/** A peer that disconnects during its handshake is no error of the server. */
function destroy(this: Duplex): void {
  this.destroy();
}

/** The refusal that an upgrade would get; `upgrade_required` when it would be accepted. */
async function probe({ handshake, logger }: UpgradeDeps, request: HandshakeRequest): Promise<HandshakeRefusal> {
  try {
    const authorized = await authorizeHandshake(handshake, request, 'peek');
    if (!authorized.ok) return authorized.error;
    authorized.value.reservation[Symbol.dispose]();
    return UPGRADE_REQUIRED;
  } catch (error) {
    logger.error({ err: error }, 'a probe of a handshake failed');
    return INTERNAL;
  }
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
  /** Resolves when earlier requests on this connection got their responses: those must not land inside the WebSocket. */
  readonly responded: Promise<void> | undefined;
}

async function upgrade(
  deps: UpgradeDeps,
  sockets: SocketServer<typeof TransportSocket>,
  { request, stream, head, responded }: Upgrade,
): Promise<void> {
  const { clock, gateway, handshake, logger } = deps;
  const cancelTimeout = clock.after(MAX_HANDSHAKE_MS, () => stream.destroy());
  try {
    await responded;
    const parsed = parseHandshake(request, 'upgrade', handshake);
    if (!parsed.ok) return rejectUpgrade(deps, stream, parsed.error);
    const authorized = await authorizeHandshake(handshake, parsed.value, 'consume');
    if (!authorized.ok) return rejectUpgrade(deps, stream, authorized.error);
    const { handshake: accepted, reservation: reserved } = authorized.value;
    using reservation = reserved;
    if (stream.destroyed) return;
    const refusal = reservation.refusal();
    if (refusal !== null) return rejectUpgrade(deps, stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      attachTransport(socket, { stream, clock, accept: (transport) => gateway.accept(accepted, transport) });
    });
  } catch (error) {
    logger.error({ err: error }, 'a handshake failed');
    rejectUpgrade(deps, stream, INTERNAL);
  } finally {
    cancelTimeout();
  }
}

/** Sends the refusal, and closes the socket also when the peer does not. */
function rejectUpgrade({ clock, metrics }: UpgradeDeps, stream: Duplex, refusal: HandshakeRefusal): void {
  metrics.handshakeRefused(refusal.code);
  const { status, headers, body } = toResponse(refusal);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  stream.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  // A socket destroyed with unread bytes of the peer would lose the response on its way.
  stream.resume();
  stream.once(
    'close',
    clock.after(CLOSE_GRACE_MS, () => stream.destroy()),
  );
}
