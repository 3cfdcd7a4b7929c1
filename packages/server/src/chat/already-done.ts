import { ok, type ChannelId } from '@parley/protocol';
import type { Stored } from '#kernel/change.ts';
import type { Ledger } from '#kernel/ledger.ts';
import type { Outcome } from '#kernel/outcome.ts';

/** The answer to a command that asks for what is so already: nothing is stored, and the head says as of when. */
export function alreadyDone(ledger: Ledger, channel: ChannelId): Outcome<Stored> {
  return ok({ channel, seq: ledger.findChannel(channel)?.lastSeq ?? 0, at: ledger.at });
}
