import { decodeServerFrame, isLogEvent, type ServerFrame } from '@parley/protocol';
import { digestText } from './digest-text.ts';
import type { History } from './history.ts';
import { entryOf } from './to-log-entry.ts';

let lastConnection = 0;

export interface ConnectionRecorderOptions {
  readonly user: string;
  readonly node: string;
}

/** Records both directions of one connection, below the client that uses it, as far as the checker needs them. */
export class ConnectionRecorder {
  readonly connection: string;
  readonly #history: History;
  /** The channel of each operation without a reply, by `ref`. */
  readonly #pending = new Map<number, string>();
  #isClosed = false;

  constructor(history: History, name: string, { user, node }: ConnectionRecorderOptions) {
    lastConnection += 1;
    this.connection = `${name}.${lastConnection}`;
    this.#history = history;
    history.note({ what: 'opened', connection: this.connection, user, node });
  }

  /** Call it before writing the text: without a recorded attempt, the message would count as unexpected. */
  sent(text: string): void {
    const command = readCommand(text);
    if (command === null) return;
    const { connection } = this;
    this.#pending.set(command.ref, command.channel);
    this.#history.note({ what: 'attempt', connection, ...command });
  }

  /** Returns the decoded frame; null for text that no client can decode. */
  received(text: string): ServerFrame | null {
    const frame = decodeServerFrame(text);
    if (frame === null || this.#isClosed) return frame;
    const { connection } = this;
    if (isLogEvent(frame)) {
      this.#history.note({ what: 'delivered', connection, channel: frame.channel, ...entryOf(frame) });
      return frame;
    }
    switch (frame.type) {
      case 'ready':
        for (const { id, lastSeq } of frame.channels) this.#subscribed(id, lastSeq);
        break;
      case 'channel':
        this.#subscribed(frame.channel.id, frame.channel.lastSeq);
        break;
      case 'removed':
        this.#history.note({ what: 'unsubscribed', connection, channel: frame.channel });
        break;
      case 'ok':
      case 'error':
        this.#onReply(frame);
        break;
      case 'events':
      case 'reset':
      case 'messages':
      case 'pong':
      case 'typing':
      case 'read':
      case 'user':
      case 'presence':
    }
    return frame;
  }

  closed(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#history.note({ what: 'closed', connection: this.connection, code });
  }

  #subscribed(channel: string, seq: number): void {
    this.#history.note({ what: 'subscribed', connection: this.connection, channel, seq });
  }

  #onReply(frame: Extract<ServerFrame, { type: 'ok' | 'error' }>): void {
    const { ref } = frame;
    const { connection } = this;
    const channel = ref === undefined ? undefined : this.#pending.get(ref);
    if (ref === undefined || channel === undefined) return;
    this.#pending.delete(ref);
    if (frame.type === 'error') this.#history.note({ what: 'refused', connection, ref, code: frame.code });
    else this.#history.note({ what: 'acked', connection, ref, channel: frame.channel ?? channel, seq: frame.seq ?? 0 });
  }
}

interface Command {
  readonly type: 'send' | 'edit' | 'delete';
  readonly ref: number;
  readonly channel?: string;
  readonly to?: string;
  readonly id: string;
  readonly body?: string;
}

const KIND = { send: 'message', edit: 'edited', delete: 'deleted' } as const;

/** Reads a command that this process made itself, without validating it. Null for a command that changes no log. */
function readCommand(text: string) {
  const { type, ref, channel, to, id, body = '' } = JSON.parse(text) as Command;
  if (!Object.hasOwn(KIND, type)) return null;
  return { ref, kind: KIND[type], channel: channel ?? `to:${to}`, id, text: digestText(body) } as const;
}
