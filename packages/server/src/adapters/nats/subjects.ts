import type { Topic } from '#ports/bus.ts';

/** Ids contain no dot, star, angle bracket or blank, so an id cannot change which subject is addressed. */
const TOPIC = /^[a-z]+(?:\.[A-Za-z0-9_-]{1,64})?$/;

/** The prefix of the subjects on which nodes receive replies. */
export function replyPrefixOf(installation: string): string {
  return `parley.${installation}.answers`;
}

/** The NATS subject of a topic; null when its id has characters that our ids never have. */
export function subjectOf(installation: string, topic: Topic): string | null {
  return TOPIC.test(topic) ? `parley.${installation}.${topic}` : null;
}
