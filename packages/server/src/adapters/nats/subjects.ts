import type { Topic } from '#ports/bus.ts';

/** Ids as they are, which have no dot, star, angle bracket or blank: a subject can't be led astray by one. */
const TOPIC = /^[a-z]+(?:\.[A-Za-z0-9_-]{1,64})?$/;

/** What the subjects begin with on which one node's questions are answered. */
export function replyPrefixOf(installation: string): string {
  return `parley.${installation}.answers`;
}

/** The NATS subject of a topic; null when its id is none that we make. */
export function subjectOf(installation: string, topic: Topic): string | null {
  return TOPIC.test(topic) ? `parley.${installation}.${topic}` : null;
}
