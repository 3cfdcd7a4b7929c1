import { openContext, type BrowserUser, type BrowserUserOptions, signUp } from '@parley/testkit/browser/user';
import type { ServerProcess } from '@parley/testkit/server-process';
import { startTestServer } from '@parley/testkit/start-test-server';
import { openTcpProxy, type TcpProxy } from '@parley/testkit/tcp-proxy';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

export { expect };
export { PASSWORD } from '@parley/testkit/browser/user';

/** A running server, the network in front of it, and users with browsers. */
export interface TestApp {
  readonly server: ServerProcess;
  readonly network: TcpProxy;
  /** Creates an account and signs it in, in a browser of its own. The first user owns the server. */
  signUp(name: string, options?: SignUpOptions): Promise<BrowserUser>;
  /** The same at 390 px, where the list of channels is the first screen. */
  signUpOnPhone(name: string): Promise<BrowserUser>;
  /** Opens a page in a browser without a session. */
  openSignedOut(path?: string): Promise<Page>;
}

type SignUpOptions = Omit<BrowserUserOptions, 'url'>;

const PHONE = { width: 390, height: 844 };

export const test = base.extend<{ app: TestApp }>({
  app: async ({ browser }, provide) => {
    await using server = await startTestServer({ env: { PARLEY_SIGNUP: 'open' } });
    await using network = await openTcpProxy(server.port);
    const contexts: BrowserContext[] = [];
    async function openUser(name: string, options: SignUpOptions): Promise<BrowserUser> {
      const user = await signUp(browser, name, { url: network.url, ...options });
      contexts.push(user.context);
      return user;
    }
    await provide({
      server,
      network,
      async signUp(name, options = {}) {
        const user = await openUser(name, options);
        await expect(user.composer()).toBeVisible();
        return user;
      },
      async signUpOnPhone(name) {
        const user = await openUser(name, { viewport: PHONE });
        await expect(user.sidebarLink('general')).toBeVisible();
        return user;
      },
      async openSignedOut(path = '/') {
        const context = await openContext(browser, { url: network.url });
        contexts.push(context);
        const page = await context.newPage();
        await page.goto(path);
        return page;
      },
    });
    for (const context of contexts) await context.close();
  },
});
