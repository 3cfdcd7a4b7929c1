interface Anchors {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly around?: number | undefined;
}

/** A stretch of messages hangs on at most one position: arguments for `refine`. */
export const atMostOneAnchor = [
  ({ before, after, around }: Anchors) => [before, after, around].filter((anchor) => anchor !== undefined).length <= 1,
  'wants at most one of before, after and around',
] as const;
