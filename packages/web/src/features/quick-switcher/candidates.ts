import type { ChannelView, Conversation } from '@parley/client';
import type { User, UserId } from '@parley/protocol';
import { partnerOf, titleOf } from '../channels/names-and-permissions.ts';
import { fuzzyMatch } from './fuzzy.ts';

export interface Candidate {
  readonly conversation: Conversation;
  readonly title: string;
  /** The partner of a direct message. Null for a channel. */
  readonly person: UserId | null;
  /** Null for a person without a direct message. */
  readonly channel: ChannelView | null;
  /** A handle or topic. Matches too, but ranks below a title. */
  readonly detail: string;
}

export interface Ranked extends Candidate {
  /** Matched positions in the title. */
  readonly positions: readonly number[];
}

interface SwitcherContext {
  readonly channels: readonly ChannelView[];
  readonly users: ReadonlyMap<UserId, User>;
  readonly me: User | null;
}

/** All conversations: channels, direct messages, and people without one. */
export function candidates({ channels, users, me }: SwitcherContext): Candidate[] {
  const conversations = channels.map((channel): Candidate => {
    const person = channel.kind === 'dm' ? partnerOf(channel, me) : null;
    const handle = person === null ? undefined : users.get(person)?.handle;
    const detail = channel.kind === 'dm' ? (handle ?? '') : channel.topic;
    return { conversation: channel.id, title: titleOf(channel, users, me), person, channel, detail };
  });
  const withDirectMessage = new Set(conversations.map(({ person }) => person));
  const people = [...users.values()]
    .filter((user) => !withDirectMessage.has(user.id) && user.suspended !== true)
    .map((user): Candidate => ({
      conversation: `to:${user.id}`,
      title: user.id === me?.id ? `${user.name} (you)` : user.name,
      person: user.id,
      channel: null,
      detail: user.handle,
    }));
  return [...conversations, ...people];
}

interface Ranking {
  readonly text: string;
  /** Latest first. */
  readonly recent: readonly Conversation[];
  /** The conversation on screen. Ranks last among the recent ones, because the user is already there. */
  readonly current: Conversation | null;
  readonly limit: number;
}

const UNREAD_BONUS = 3;
const RECENT_BONUS = 4;
const DETAIL_COST = 20;

/** Ranks candidates by the query. Without one, personal unread comes first, then recent conversations, then activity. */
export function rank(all: readonly Candidate[], { text, recent, current, limit }: Ranking): Ranked[] {
  const typed = text.trim();
  const recencyOf = (candidate: Candidate): number => {
    const index = recent.indexOf(candidate.conversation);
    return index === -1 ? 0 : 1 - index / recent.length;
  };
  const scored = all.flatMap((candidate) => {
    const idle = { score: idleScore(candidate, recencyOf(candidate), current), positions: [] };
    const match = typed === '' ? idle : matchCandidate(candidate, typed);
    if (match === null) return [];
    const bonus = (hasUnread(candidate) ? UNREAD_BONUS : 0) + recencyOf(candidate) * RECENT_BONUS;
    return [{ candidate, positions: match.positions, score: match.score + (typed === '' ? 0 : bonus) }];
  });
  return scored
    .toSorted(
      (a, b) =>
        b.score - a.score ||
        activity(b.candidate) - activity(a.candidate) ||
        a.candidate.title.localeCompare(b.candidate.title),
    )
    .slice(0, limit)
    .map(({ candidate, positions }) => ({ ...candidate, positions }));
}

function matchCandidate(candidate: Candidate, typed: string): { score: number; positions: readonly number[] } | null {
  const title = fuzzyMatch(typed, candidate.title);
  if (title !== null) return title;
  const detail = candidate.detail.toLowerCase().includes(typed.toLowerCase().replace(/^@/u, ''));
  return detail ? { score: -DETAIL_COST, positions: [] } : null;
}

function idleScore(candidate: Candidate, recency: number, current: Conversation | null): number {
  if (candidate.conversation === current) return 0.5; // Below visited conversations, above the others.
  return recency * 10 + (hasUnread(candidate) ? 20 : 0);
}

const hasUnread = ({ channel }: Candidate): boolean =>
  channel !== null && (channel.mentions > 0 || (channel.kind === 'dm' && channel.unread > 0));

const activity = ({ channel }: Candidate): number => channel?.lastActivityMs ?? -1;
