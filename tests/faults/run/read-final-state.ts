import { messagePage, type MessageView, type Reply } from '@parley/protocol';
import { createApiClient } from '@parley/testkit/api-client';
import type { ProxiedNode } from '@parley/testkit/cluster/cluster';
import type { Entry, MessageState } from '../checker/records.ts';
import { pickNode, type Trial } from '../faults/fault.ts';
import { digestText } from '../history/digest-text.ts';
import { entryOf } from '../history/to-log-entry.ts';
import { RecordedSocket } from '../workload/recorded-socket.ts';
import type { User } from '../workload/user.ts';

const PAGE = 200;

/** Reads what is stored over direct connections, not through the proxies that inject faults. */
export class Reader {
  readonly #trial: Trial;
  /** The last seq that `readNew` reached in each channel. */
  readonly #readTo = new Map<string, number>();

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  /** The current head of each channel's log. */
  async heads(): Promise<ReadonlyMap<string, number>> {
    const heads = new Map<string, number>();
    await this.#eachChannel((_wire, { id, lastSeq }) => Promise.resolve(void heads.set(id, lastSeq)));
    return heads;
  }

  /** Reads each log from where the previous call ended. Call it only while no client writes. */
  async readNew(): Promise<void> {
    await this.#eachChannel(async (socket, { id, node }) => {
      const after = this.#readTo.get(id) ?? 0;
      this.#readTo.set(id, await this.#readLog(socket, { id, node, after }));
    });
  }

  /** Reads everything from the start from one node, by `sync`, `history` and HTTP. */
  async readAll(from: ProxiedNode): Promise<void> {
    await this.#eachChannel(async (socket, { id, node, user }) => {
      this.#readTo.set(id, await this.#readLog(socket, { id, node, after: 0 }));
      await this.#readPages('history', id, async (before) => {
        return pageOf(await socket.ask({ type: 'history', channel: id, limit: PAGE, ...before }));
      });
      await this.#readPages('HTTP', id, async ({ before }) => {
        const query = `limit=${PAGE}${before === undefined ? '' : `&before=${before}`}`;
        const path = `/channels/${id}/messages?${query}`;
        return messagePage.parse(await createApiClient(node.server.url, user.token).call('GET', path));
      });
    }, from);
  }

  /** Calls `task` once for each channel, as one of its members, on `from` or on any node. */
  async #eachChannel(
    task: (socket: RecordedSocket, channel: ReadChannel) => Promise<void>,
    from: ProxiedNode | null = null,
  ): Promise<void> {
    const { fixtures, history } = this.#trial;
    const seen = new Set<string>();
    for (const user of fixtures.users) {
      const node = from ?? pickNode(this.#trial);
      const socket = await RecordedSocket.open({ node, url: node.server.url, user, name: 'reader', history });
      for (const { id, lastSeq } of socket.ready.channels) {
        if (!seen.has(id)) await task(socket, { id, lastSeq, node, user });
        seen.add(id);
      }
      socket.close();
      await socket.closed;
    }
  }

  /** Returns the head. */
  async #readLog(
    socket: RecordedSocket,
    { id: channel, node, after: from }: { readonly id: string; readonly node: ProxiedNode; readonly after: number },
  ): Promise<number> {
    const entries: Entry[] = [];
    let lastSeq = from;
    for (let after = from; ; after = entries.at(-1)?.seq ?? after) {
      const reply = await socket.ask({ type: 'sync', channel, after });
      if (reply?.type !== 'events') throw new Error(`unexpected reply to sync: ${JSON.stringify(reply)}`);
      entries.push(...reply.events.map(entryOf));
      ({ lastSeq } = reply);
      if (!reply.more || reply.events.length === 0) break;
    }
    this.#trial.history.note({ what: 'log', node: node.name, channel, after: from, lastSeq, entries });
    return lastSeq;
  }

  async #readPages(
    how: string,
    channel: string,
    ask: (before: { readonly before?: number }) => Promise<Page>,
  ): Promise<void> {
    const newestFirst: MessageState[] = [];
    for (;;) {
      const oldest = newestFirst.at(-1);
      const page = await ask(oldest === undefined ? {} : { before: oldest.seq });
      newestFirst.push(...page.messages.map(stateOf).toReversed());
      if (!page.more || page.messages.length === 0) break;
    }
    const messages = newestFirst.toReversed();
    this.#trial.history.note({ what: 'message-list', how, channel, messages });
  }
}

interface ReadChannel {
  readonly id: string;
  readonly lastSeq: number;
  readonly node: ProxiedNode;
  readonly user: User;
}

interface Page {
  readonly messages: readonly MessageView[];
  readonly more: boolean;
}

function pageOf(reply: Reply | null): Page {
  if (reply?.type !== 'messages') throw new Error(`unexpected reply to history: ${JSON.stringify(reply)}`);
  return reply;
}

function stateOf({ id, seq, body, deleted }: MessageView): MessageState {
  return { id, seq, text: deleted === true ? null : digestText(body ?? '') };
}
