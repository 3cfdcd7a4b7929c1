import { decodeServerFrame, isLogEvent, type ServerFrame } from '@parley/protocol';
import { digestText } from './digest-text.ts';
import type { History } from './history.ts';
import { entryOf } from './to-log-entry.ts';

let lastConnection = 0;

export interface ConnectionRecorderOptions {
  readonly user: string;
  readonly node: string;
}

/** Sees both directions of one connection, below the program that uses it, and writes down what matters to the checker. */
export class ConnectionRecorder {
  readonly connection: string;
  readonly #history: History;
  /** Requests to change something that have no answer yet. */
  readonly #asked = new Map<number, string>();
  #isClosed = false;

  constructor(history: History, name: string, { user, node }: ConnectionRecorderOptions) {
    lastConnection += 1;
    this.connection = `${name}.${lastConnection}`;
    this.#history = history;
    history.note({ what: 'opened', connection: this.connection, user, node });
  }

  /** To be called before the text is written: an attempt that is not recorded would look like a message from nowhere. */
  said(text: string): void {
    const command = readCommand(text);
    if (command === null) return;
    const { connection } = this;
    this.#asked.set(command.ref, command.channel);
    this.#history.note({ what: 'attempt', connection, ...command });
  }

  /** Answers what was heard; null for what no client understands. */
  heard(text: string): ServerFrame | null {
    const frame = decodeServerFrame(text);
    if (frame === null || this.#isClosed) return frame;
    const { connection } = this;
    if (isLogEvent(frame)) {
      this.#history.note({ what: 'delivered', connection, channel: frame.channel, ...entryOf(frame) });
      return frame;
    }
    switch (frame.type) {
      case 'ready':
        for (const { id, lastSeq } of frame.channels) this.#told(id, lastSeq);
        break;
      case 'channel':
        this.#told(frame.channel.id, frame.channel.lastSeq);
        break;
      case 'removed':
        this.#history.note({ what: 'untold', connection, channel: frame.channel });
        break;
      case 'ok':
      case 'error':
        this.#answered(frame);
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

  #told(channel: string, seq: number): void {
    this.#history.note({ what: 'told', connection: this.connection, channel, seq });
  }

  #answered(frame: Extract<ServerFrame, { type: 'ok' | 'error' }>): void {
    const { ref } = frame;
    const { connection } = this;
    const asked = ref === undefined ? undefined : this.#asked.get(ref);
    if (ref === undefined || asked === undefined) return;
    this.#asked.delete(ref);
    if (frame.type === 'error') this.#history.note({ what: 'refused', connection, ref, code: frame.code });
    else this.#history.note({ what: 'acked', connection, ref, channel: frame.channel ?? asked, seq: frame.seq ?? 0 });
  }
}

interface Told {
  readonly type: 'send' | 'edit' | 'delete';
  readonly ref: number;
  readonly channel?: string;
  readonly to?: string;
  readonly id: string;
  readonly body?: string;
}

const KIND = { send: 'message', edit: 'edited', delete: 'deleted' } as const;

/** A command that the program itself has made, so it is taken at its word. Null for one that changes no log. */
function readCommand(text: string) {
  const { type, ref, channel, to, id, body = '' } = JSON.parse(text) as Told;
  if (!Object.hasOwn(KIND, type)) return null;
  return { ref, kind: KIND[type], channel: channel ?? `to:${to}`, id, text: digestText(body) } as const;
}
