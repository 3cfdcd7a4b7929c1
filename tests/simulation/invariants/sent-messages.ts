import type { Conversation } from '@parley/client';
import type { ChannelId, MessageId } from '@parley/protocol';
import type { Device } from '../sim/device.ts';

/** A message that a user sent, and what may have become of it other than confirmed or failed. */
export interface SentMessage {
  readonly id: MessageId;
  readonly device: Device;
  /** As the user named it, and the channel that is. */
  readonly conversation: Conversation;
  readonly channel: ChannelId;
  readonly text: string;
  /** The tab it was written in, and since when its page was open. */
  readonly clientId: string;
  readonly openedMs: number;
  readonly atMs: number;
  status:
    /** It has to end as exactly one of confirmed or failed. */
    | 'open'
    /** It failed, and the user said that they saw it. */
    | 'dismissed'
    /** The user took it back while it was pending. */
    | 'deleted-while-pending'
    /** The page went before its storage had it, or its storage failed. */
    | 'indeterminate';
  /** Since when that is its fate; 0 while it is open. */
  endedMs: number;
  /** It has failed once, so it may be stored out of its turn. */
  hasFailed: boolean;
  /** It went another way as well, which the SDK knows nothing of. */
  isSentTwice: boolean;
}

export interface LastEdit {
  readonly text: string;
  readonly device: Device;
  readonly clientId: string;
  readonly atMs: number;
  /** Not the first from this page. */
  readonly isRepeated: boolean;
  /** False when it is not certain what the author wants in the end, or the edit may be lost. */
  readonly isCertain: boolean;
}

/** What honest users sent through the SDK. */
export class SentMessages {
  /** In the order in which they were sent. */
  readonly all = new Map<MessageId, SentMessage>();
  /** The last text that the author gave each message. */
  readonly edits = new Map<MessageId, LastEdit>();
  readonly #changedExternally = new Set<MessageId>();

  sent(sent: Omit<SentMessage, 'status' | 'endedMs' | 'hasFailed' | 'isSentTwice'>): void {
    this.all.set(sent.id, { ...sent, status: 'open', endedMs: 0, hasFailed: false, isSentTwice: false });
  }

  /** From another tab than the last edit it is anybody's guess which of the two comes last. */
  edited(id: MessageId, edit: Omit<LastEdit, 'isCertain' | 'isRepeated'>): void {
    const before = this.edits.get(id);
    const isFirst = before === undefined && !this.#changedExternally.has(id);
    const isRepeated = before?.clientId === edit.clientId;
    const isCertain = isFirst || (before?.isCertain === true && isRepeated);
    this.edits.set(id, { ...edit, isRepeated, isCertain });
  }

  /**
   * This page is gone for good: what it had not sent yet another page sends under another clientId, so nothing keeps an
   * edit that is still on its way from arriving after a later one.
   */
  closed(clientId: string): void {
    for (const [id, edit] of this.edits) if (edit.clientId === clientId && edit.isRepeated) this.uncertain(id);
  }

  /** Its author may change it in a way that the SDK knows nothing of, now or later. */
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
