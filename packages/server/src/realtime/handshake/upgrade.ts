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
import {
  isHandshakePath,
  authorizeHandshake,
  toResponse,
  type HandshakeDeps,
  type HandshakeRefusal,
} from './authorize.ts';
import { validateUpgrade } from './parse-request.ts';

export interface UpgradeDeps {
  readonly gateway: Gateway;
  readonly handshake: HandshakeDeps;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const NOT_FOUND: HandshakeRefusal = { code: 'not_found', message: 'no such page' };
const INTERNAL: HandshakeRefusal = { code: 'internal', message: 'something went wrong here' };
const UPGRADE_REQUIRED: HandshakeRefusal = {
  code: 'upgrade_required',
  message: 'this would be accepted as a WebSocket',
};

/** `/ws/{clientId}`: upgrades what the handshake admits, answers everything else with the verdict. */
export interface UpgradeHandler {
  /** Answers a plain GET of the same address with the verdict it would get. False when the path is not ours. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
}

export function attachUpgradeHandler(server: Server, deps: UpgradeDeps): UpgradeHandler {
  const sockets = new WebSocketServer({
    WebSocket: TransportSocket,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    maxFragments: MAX_FRAGMENTS,
    // The wire answers pings: the library would cut a flood of them without a word.
    autoPong: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  sockets.on('wsClientError', (error, stream) =>
    rejectUpgrade(deps, stream, { code: 'bad_request', message: error.message }),
  );
  const lastAnswers = new WeakMap<Duplex, Promise<void>>();
  server.on('request', (request, response) => {
    lastAnswers.set(request.socket, new Promise((resolve) => void response.once('close', resolve)));
  });
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', destroy);
    void upgrade(deps, sockets, { request, stream, head, turn: lastAnswers.get(stream) });
  });
  return {
    answer(request, response) {
      if (!isHandshakePath(request)) return false;
      void handshakeResult(deps, request).then((refusal) => {
        const { status, headers, body } = toResponse(refusal);
        response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
      });
      return true;
    },
  };
}

/** A peer that goes away during the verdict is no error of ours. */
function destroy(this: Duplex): void {
  this.destroy();
}

async function handshakeResult(
  { handshake, logger }: UpgradeDeps,
  request: IncomingMessage,
): Promise<HandshakeRefusal> {
  try {
    const verdict = await authorizeHandshake(handshake, request, 'peek');
    if (!verdict.ok) return verdict.error;
    verdict.value.place[Symbol.dispose]();
    return UPGRADE_REQUIRED;
  } catch (error) {
    logger.error({ err: error }, 'a handshake could not be judged');
    return INTERNAL;
  }
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
  /** Resolves when the requests before this one are answered: such an answer must not land inside the WebSocket. */
  readonly turn: Promise<void> | undefined;
}

async function upgrade(
  deps: UpgradeDeps,
  sockets: SocketServer<typeof TransportSocket>,
  { request, stream, head, turn }: Upgrade,
): Promise<void> {
  const { clock, gateway, handshake, logger } = deps;
  const cancelTimeout = clock.after(MAX_HANDSHAKE_MS, () => stream.destroy());
  try {
    await turn;
    if (!isHandshakePath(request)) return rejectUpgrade(deps, stream, NOT_FOUND);
    const flaw = validateUpgrade(request);
    if (flaw !== null) return rejectUpgrade(deps, stream, flaw);
    const verdict = await authorizeHandshake(handshake, request, 'consume');
    if (!verdict.ok) return rejectUpgrade(deps, stream, verdict.error);
    const { admission, place: found } = verdict.value;
    using place = found;
    if (stream.destroyed) return;
    const full = place.refusal();
    if (full !== null) return rejectUpgrade(deps, stream, full);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      attachTransport(socket, { stream, clock, accept: (transport) => gateway.accept(admission, transport) });
    });
  } catch (error) {
    logger.error({ err: error }, 'a handshake failed');
    rejectUpgrade(deps, stream, INTERNAL);
  } finally {
    cancelTimeout();
  }
}

/** Says no, and lets go of the connection also when the peer does not. */
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
  // Cut while bytes of the peer are unread, the answer would be lost on its way.
  stream.resume();
  stream.once(
    'close',
    clock.after(CLOSE_GRACE_MS, () => stream.destroy()),
  );
}
