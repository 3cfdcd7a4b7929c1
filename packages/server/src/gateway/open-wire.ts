import type { Duplex } from 'node:stream';
import { CLOSE, type CloseCode } from '@parley/protocol';
import type { WebSocket } from 'ws';
import { CLOSE_GRACE_MS, MAX_ASSEMBLY_MS, MAX_OUT_BUFFER_BYTES, SLOW_CLOSE_GRACE_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import { MessageWatch } from './message-watch.ts';
import type { Wire, WireEvents } from './wire.ts';

/**
 * The wire over a real socket. Frames are written straight to it, because they are encoded already; the library parses
 * what comes in and does the closing handshake. Both write whole frames only, so they never mix.
 */
export function openWire(socket: WebSocket, stream: Duplex, clock: Clock): Wire {
  return {
    write(frames) {
      const [first] = frames;
      if (frames.length === 1 && first !== undefined) {
        stream.write(first);
        return;
      }
      stream.cork();
      for (const frame of frames) stream.write(frame);
      stream.uncork();
    },
    bufferedBytes: () => stream.writableLength,
    ping: () => socket.ping(),
    close(code, reason) {
      socket.close(code, reason);
      const graceMs = code === CLOSE.tooSlow ? SLOW_CLOSE_GRACE_MS : CLOSE_GRACE_MS;
      socket.once(
        'close',
        clock.after(graceMs, () => socket.terminate()),
      );
    },
  };
}

/** Tells the connection above what comes in, and closes what breaks the rules of a wire. */
export function listen(socket: WebSocket, stream: Duplex, parts: ListenParts): void {
  const { events, close } = parts;
  const stopWatch = watchAssembly(stream, parts);
  socket.on('message', (data, isBinary) => {
    if (isBinary) close(CLOSE.binary, 'binary frames are not part of the protocol');
    // oxlint-disable-next-line typescript/no-base-to-string -- a Buffer: `binaryType` is left at its default
    else events.received(data.toString());
  });
  socket.on('ping', (data) => {
    events.heard();
    if (socket.readyState !== socket.OPEN) return;
    // Who pings and does not read would pile the answers up.
    if (stream.writableLength > MAX_OUT_BUFFER_BYTES) close(CLOSE.tooSlow, 'reads too slowly');
    else socket.pong(data);
  });
  socket.on('pong', () => events.heard());
  // Broken framing, bad UTF-8, too large, too many fragments: the library closes with the right code by itself.
  socket.on('error', () => undefined);
  socket.on('close', (code) => {
    stopWatch();
    events.closed(code);
  });
}

interface ListenParts {
  readonly clock: Clock;
  readonly events: WireEvents;
  readonly close: (code: CloseCode, reason: string) => void;
}

/** A message that is dripped in byte by byte holds memory for as long as it takes: it gets `MAX_ASSEMBLY_MS`. */
function watchAssembly(stream: Duplex, { clock, close }: ListenParts): () => void {
  const watch = new MessageWatch();
  let since = { whole: 0, undo: (): void => undefined };
  stream.on('data', (chunk: Buffer) => {
    const wasInside = watch.isInside;
    watch.push(chunk);
    if (wasInside && watch.isInside && watch.whole === since.whole) return;
    since.undo();
    if (!watch.isInside) return;
    const undo = clock.after(MAX_ASSEMBLY_MS, () => close(CLOSE.flooding, 'a message took too long'));
    since = { whole: watch.whole, undo };
  });
  return () => since.undo();
}
