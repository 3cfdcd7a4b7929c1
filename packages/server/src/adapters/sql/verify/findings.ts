import type { ChannelId } from '@parley/protocol';

/** The maximum number of findings with their details; further ones are only counted. */
export const MAX_DETAILED_FINDINGS = 1_000;

/** Every kind of finding, and what it means. */
export const FINDING_KINDS = {
  'damaged-file': 'the database finds its own file or an index damaged',
  'broken-reference': 'a row refers to another that does not exist',
  'wrong-channel': "a channel's row contradicts its log",
  hole: 'events are missing from a log',
  'wrong-head': "a channel's last_seq is not that of its last event",
  'unreadable-event': 'an event is not one of those the protocol knows',
  'contradicting-event': 'an event is impossible after those before it',
  'missing-message': 'a message of the log has no row',
  'extra-message': 'the row of a message is not in the log',
  'wrong-message': 'the row of a message differs from the log',
  'surviving-text': 'the text of a deleted message is still there',
  'missing-reaction': 'a reaction of the log has no row',
  'extra-reaction': 'the row of a reaction is not in the log',
  'missing-mention': 'a mention of the log has no row',
  'extra-mention': 'the row of a mention is not in the log',
  'missing-member': 'a member of the log has no row',
  'extra-member': 'the row of a member is not in the log',
  'wrong-member-count': "a channel's member_count is not the number of its members",
  'wrong-cursor': 'a read cursor is beyond the head, or before its member joined',
  'unknown-channel': 'rows refer to a channel that does not exist',
  'unknown-user': 'rows refer to a user who does not exist',
} as const;

export type FindingKind = keyof typeof FINDING_KINDS;

export interface Finding {
  readonly kind: FindingKind;
  readonly channel?: ChannelId;
  readonly seq?: number;
  /** A sentence with ids and numbers, and never with the text of a message. */
  readonly detail: string;
}

/** Takes a finding about the channel that is being checked. */
export type AddFinding = (finding: Omit<Finding, 'channel'>) => void;

/** The findings so far: the first `MAX_DETAILED_FINDINGS` with their details, and the number of all. */
export class Findings {
  readonly detailed: Finding[] = [];
  readonly #counts = new Map<FindingKind, number>();

  add(finding: Finding): void {
    this.#counts.set(finding.kind, (this.#counts.get(finding.kind) ?? 0) + 1);
    if (this.detailed.length < MAX_DETAILED_FINDINGS) this.detailed.push(finding);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The number of findings of each kind that occurred. */
  get counts(): Readonly<Partial<Record<FindingKind, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
