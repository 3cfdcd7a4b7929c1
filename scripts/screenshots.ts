/**
 * Takes screenshots of the web client with realistic content: `npm run screenshots -- FOLDER`. Starts a server of its own.
 * `docs/screenshot.png` is the wide light one.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from '@parley/testkit/browser/chromium';
import { startServer } from '@parley/testkit/server-process';
import { chromium, type Browser, type BrowserContext } from '@playwright/test';

const SIZES = {
  wide: { width: 1440, height: 900 },
  middle: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};
const PEOPLE = ['Ada Lovelace', 'Grace Hopper', 'Edsger Dijkstra', 'Barbara Liskov', 'محمد الخوارزمي'] as const;
const CHANNELS = [
  'design',
  'release-2.0',
  'support',
  'random',
  'incidents',
  'hiring-and-onboarding-for-the-platform-team',
];
const TALK: readonly (readonly [number, string])[] = [
  [1, 'Morning! The new build is on staging. **Resume after sleep** works on all three machines I tried.'],
  [1, 'One thing I noticed: after the laptop wakes up, the first reconnect waits the full back-off.'],
  [0, 'It should try at once when the page becomes visible. I will look at `transition` today.'],
  [
    2,
    'Simplicity is prerequisite for reliability. Which reminds me:\n\n```ts\nfunction transition(state: ConnectionState, event: ConnectionEvent): Step {\n  return event.name === "wake" ? connect(state) : [state, []];\n}\n```',
  ],
  [3, 'Nice. Two questions before we cut the release:\n- do drafts survive a restart?\n- is the migration reversible?'],
  [
    0,
    'Yes to both. See https://example.org/a/rather/long/address/that/does/not/fit/on/one/line/of/a/phone?with=a&query=too',
  ],
  [4, 'مرحبا، هل يمكنكم مراجعة الترجمة العربية قبل الإصدار؟'],
  // words: allow once more (text of a message)
  [0, '@grace could you try it again with the proxy in between? Then we ship.'],
  [1, 'On it.'],
];

const folder = process.argv[2] ?? 'docs/screenshots';
mkdirSync(folder, { recursive: true });
const { executablePath, args, env } = await findChromium();
const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
await using server = await startServer({ env: { PARLEY_SIGNUP: 'open' } });
try {
  const people: BrowserContext[] = [];
  for (const name of PEOPLE) people.push(await signUp(browser, name));
  await fill(people);
  // Not the owner, who still sees the onboarding.
  const state = await people[1]?.storageState();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        baseURL: server.url,
        viewport,
        colorScheme,
        ...(state && { storageState: state }),
      });
      const page = await context.newPage();
      await page.goto('/c/c_general');
      await page.getByText('On it.').waitFor();
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(folder, `${size}-${colorScheme}.png`) });
      await context.close();
    }
  }
} finally {
  await browser.close();
}

async function signUp(browser: Browser, name: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: server.url });
  const data = { name, email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
  await context.request.post('/api/auth/sign-up/email', { data });
  return context;
}

async function fill(people: readonly BrowserContext[]): Promise<void> {
  const [ada, grace] = people;
  if (ada === undefined || grace === undefined) return;
  for (const name of CHANNELS) {
    const created = await call<{ channel: { id: string } }>(ada, '/channels', { name, kind: 'public' });
    await call(grace, `/channels/${created.channel.id}/join`, {});
    if (name === 'design') await post(grace, created.channel.id, 'The new empty states are up, @ada-lovelace');
    if (name === 'support') await post(grace, created.channel.id, 'Someone asks about exports');
  }
  for (const [who, body] of TALK) await post(people[who] ?? ada, 'c_general', body);
}

async function post(user: BrowserContext, channel: string, body: string): Promise<void> {
  await call(user, `/channels/${channel}/messages`, { id: randomUUID(), body });
}

async function call<T>(user: BrowserContext, path: string, data: object): Promise<T> {
  const response = await user.request.post(`/api/v1${path}`, { data, headers: { origin: server.url } });
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
  return (await response.json()) as T;
}
