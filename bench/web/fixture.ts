import { findChromium } from '@parley/testkit/browser/chromium';
import { PASSWORD, type BrowserUser, signUp } from '@parley/testkit/browser/user';
import { JWT_SECRET } from '@parley/testkit/jwt';
import { startServer, type ServerProcess } from '@parley/testkit/server-process';
import { chromium, type Browser } from '@playwright/test';
import { postConversation, openTrafficClient, type TrafficClient, tokenFor } from './background-traffic.ts';
import { bodyOf } from './bodies.ts';
import { installFrameProbe } from './frame-probe.ts';
import { installKeyLatencyProbe } from './key-latency-probe.ts';

const OTHERS = ['Grace Hopper', 'Edsger Dijkstra', 'Barbara Liskov'];

/** A server as it is shipped, a real browser used by Ada, and other users who write to her. */
export interface WebFixture extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly browser: Browser;
  readonly browserVersion: string;
  /** One of the other users. */
  readonly grace: TrafficClient;
  readonly ada: BrowserUser;
  /** Creates a public channel with all users in it. The others have posted `messages` messages, which Ada has read. */
  channel(name: string, messages: number): Promise<string>;
}

export async function openWebFixture(): Promise<WebFixture> {
  const { executablePath, args, env } = await findChromium();
  await using opened = new AsyncDisposableStack();
  const server = opened.use(
    await startServer({
      env: {
        PARLEY_SIGNUP: 'open',
        PARLEY_JWT_SECRET: JWT_SECRET,
        PARLEY_RATE_LIMITS: 'off',
        LOG_LEVEL: 'error',
      },
    }),
  );
  const browser = opened.use(await chromium.launch({ executablePath, args, env: { ...process.env, ...env } }));
  const ada = await signUp(browser, 'Ada', { url: server.url, reducedMotion: 'no-preference' });
  const own = opened.use(await openTrafficClient(server.url, await tokenOf(server.url)));
  const others: TrafficClient[] = [];
  for (const name of OTHERS) others.push(opened.use(await openTrafficClient(server.url, tokenFor(name))));
  const [grace = own] = others;
  await ada.context.addInitScript(installKeyLatencyProbe);
  await ada.context.addInitScript(installFrameProbe);
  await ada.page.goto('/');
  await ada.composer().waitFor();
  const resources = opened.move();
  return {
    server,
    browser,
    browserVersion: browser.version(),
    grace,
    ada,
    async channel(name, messages) {
      const id = await ada.createChannel(name);
      for (const other of others) await other.call('POST', `/channels/${id}/join`, {});
      await own.read(id, await postConversation(others, id, numbers(messages).map(bodyOf)));
      return id;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The token of a second session of Ada, besides the one in her browser. */
async function tokenOf(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: 'ada@example.org', password: PASSWORD }),
  });
  return response.headers.get('set-auth-token') ?? '';
}

function* numbers(count: number): Generator<number, undefined> {
  for (let n = 1; n <= count; n += 1) yield n;
}
