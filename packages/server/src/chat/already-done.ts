import { ok, type ChannelId } from '@parley/protocol';
import type { Stored } from '#kernel/change.ts';
import type { Ledger } from '#kernel/ledger.ts';
import type { Outcome } from '#kernel/outcome.ts';

/** The result of a command whose effect exists already: nothing is stored, and it returns the last seq. */
export function alreadyDone(ledger: Ledger, channel: ChannelId): Outcome<Stored> {
  return ok({ channel, seq: ledger.findChannel(channel)?.lastSeq ?? 0, at: ledger.at });
}
