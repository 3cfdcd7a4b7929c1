/** Bodies as people write them: mostly short, some long, with links, code and lists. */
const BODIES: readonly string[] = [
  'Morning! The new build is on staging.',
  'ok',
  'Could somebody look at the export? It stops after the first page for me, and only in the new layout.',
  'See https://example.org/a/rather/long/address/that/goes/on?with=a&query=too for what I mean.',
  '👍',
  'It was `stepLink` after all: the state after *waking up* was the one before **going to sleep**.',
  'Two questions before we cut the release:\n- do drafts survive a restart?\n- is the migration reversible?',
  '```ts\nfunction stepLink(state: LinkState, event: LinkEvent): Step {\n  return event.name === "wake" ? dial(state) : [state, []];\n}\n```',
  'Simplicity is prerequisite for reliability. '.repeat(6).trim(),
  'On it.',
  'مرحبا، هل يمكنكم مراجعة الترجمة العربية قبل الإصدار؟',
  '> Is it safe to delete the old one?\n\nYes, nobody has asked for it since March.',
];

/** The n-th message of a long conversation. Contains its number, so that it can be found. */
export function bodyOf(n: number): string {
  return `${n} ${BODIES[(n * 7 + Math.floor(n / 5)) % BODIES.length] ?? ''}`;
}
