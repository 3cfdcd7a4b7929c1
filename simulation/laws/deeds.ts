import type { Conversation } from '@parley/client';
import type { ChannelId, MessageId } from '@parley/protocol';
import type { Device } from '../world/device.ts';

/** A message that a user sent, and what may have become of it other than confirmed or failed. */
export interface Deed {
  readonly id: MessageId;
  readonly device: Device;
  /** As the user named it, and the channel that is. */
  readonly conversation: Conversation;
  readonly channel: ChannelId;
  readonly text: string;
  /** The tab it was written in. */
  readonly clientId: string;
  readonly atMs: number;
  fate:
    /** It has to end as exactly one of confirmed or failed. */
    | 'open'
    /** It failed, and the user said that they saw it. */
    | 'dismissed'
    /** The user took it back while it was pending. */
    | 'taken back'
    /** The page went before its storage had it, or its storage failed. */
    | 'may be lost';
  /** It may be stored out of its turn: it has failed once, or went another way as well. */
  isOutOfTurn: boolean;
}

/** What honest users sent through the SDK. */
export class Deeds {
  /** In the order in which they were sent. */
  readonly all = new Map<MessageId, Deed>();
  /** Messages that their author edited. */
  readonly edited = new Set<MessageId>();

  sent(deed: Omit<Deed, 'fate' | 'isOutOfTurn'>): void {
    this.all.set(deed.id, { ...deed, fate: 'open', isOutOfTurn: false });
  }

  end(id: MessageId, fate: Deed['fate']): void {
    const deed = this.all.get(id);
    if (deed !== undefined && deed.fate === 'open') deed.fate = fate;
  }

  outOfTurn(id: MessageId): void {
    const deed = this.all.get(id);
    if (deed !== undefined) deed.isOutOfTurn = true;
  }
}
