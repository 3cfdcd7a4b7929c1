interface Anchors {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly around?: number | undefined;
}

/** A page of messages has at most one anchor. Arguments for `refine`. */
export const atMostOneAnchor = [
  ({ before, after, around }: Anchors) => [before, after, around].filter((anchor) => anchor !== undefined).length <= 1,
  'accepts at most one of before, after and around',
] as const;
