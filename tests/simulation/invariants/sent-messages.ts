import type { Conversation } from '@parley/client';
import type { ChannelId, MessageId } from '@parley/protocol';
import type { Device } from '../sim/device.ts';

/** A message that a user sent, with the reasons why it need not end as confirmed or failed. */
export interface SentMessage {
  readonly id: MessageId;
  readonly device: Device;
  /** As given to the SDK, and the channel it stands for. */
  readonly conversation: Conversation;
  readonly channel: ChannelId;
  readonly text: string;
  /** The tab it was written in, and the time its page was opened. */
  readonly clientId: string;
  readonly openedMs: number;
  readonly atMs: number;
  status:
    /** Must end as exactly one of confirmed or failed. */
    | 'open'
    /** Failed, and the user dismissed the failure. */
    | 'dismissed'
    /** The user deleted it while it was pending. */
    | 'deleted-while-pending'
    /** The page closed before its storage had saved the message, or its storage failed. */
    | 'indeterminate';
  /** When the status changed; 0 while it is open. */
  endedMs: number;
  /** Failed at least once, so it may be stored out of order. */
  hasFailed: boolean;
  /** Also sent over HTTP, without the SDK. */
  isSentTwice: boolean;
}

export interface LastEdit {
  readonly text: string;
  readonly device: Device;
  readonly clientId: string;
  readonly atMs: number;
  /** Not the first edit from this page. */
  readonly isRepeated: boolean;
  /** False if the final text is uncertain, or the edit may be lost. */
  readonly isCertain: boolean;
}

/** The messages that honest users sent through the SDK. */
export class SentMessages {
  /** In the order of sending. */
  readonly all = new Map<MessageId, SentMessage>();
  /** The last edit of each message. */
  readonly edits = new Map<MessageId, LastEdit>();
  readonly #changedExternally = new Set<MessageId>();

  sent(sent: Omit<SentMessage, 'status' | 'endedMs' | 'hasFailed' | 'isSentTwice'>): void {
    this.all.set(sent.id, { ...sent, status: 'open', endedMs: 0, hasFailed: false, isSentTwice: false });
  }

  /** If two tabs edit a message, the order of their edits is uncertain. */
  edited(id: MessageId, edit: Omit<LastEdit, 'isCertain' | 'isRepeated'>): void {
    const before = this.edits.get(id);
    const isFirst = before === undefined && !this.#changedExternally.has(id);
    const isRepeated = before?.clientId === edit.clientId;
    const isCertain = isFirst || (before?.isCertain === true && isRepeated);
    this.edits.set(id, { ...edit, isRepeated, isCertain });
  }

  /**
   * The page was closed. Another page sends its remaining operations under another clientId, so an edit still in flight
   * may arrive after a later one.
   */
  closed(clientId: string): void {
    for (const [id, edit] of this.edits) if (edit.clientId === clientId && edit.isRepeated) this.uncertain(id);
  }

  /** A hostile client of the author may change it, now or later, without the SDK. */
  changedExternally(id: MessageId): void {
    this.#changedExternally.add(id);
    this.uncertain(id);
  }

  uncertain(id: MessageId): void {
    const edit = this.edits.get(id);
    if (edit !== undefined) this.edits.set(id, { ...edit, isCertain: false });
  }

  end(id: MessageId, status: SentMessage['status'], atMs: number): void {
    const sent = this.all.get(id);
    if (sent?.status === 'open') Object.assign(sent, { status, endedMs: atMs });
  }

  failed(id: MessageId): void {
    const sent = this.all.get(id);
    if (sent !== undefined) sent.hasFailed = true;
  }

  sentTwice(id: MessageId): void {
    const sent = this.all.get(id);
    if (sent !== undefined) sent.isSentTwice = true;
  }
}
