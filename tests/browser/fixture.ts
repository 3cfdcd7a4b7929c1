import { openContext, type Person, type PersonOptions, signUp } from '@parley/testkit/browser/user';
import type { ServerProcess } from '@parley/testkit/server-process';
import { startTestServer } from '@parley/testkit/start-test-server';
import { openTcpProxy, type TcpProxy } from '@parley/testkit/tcp-proxy';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';

export { expect };
export { PASSWORD } from '@parley/testkit/browser/user';

/** A server, the network before it, and people with browsers. */
export interface Fixture {
  readonly server: ServerProcess;
  readonly network: TcpProxy;
  /** Makes an account and signs it in, in a browser of its own. The first one owns the server. */
  join(name: string, options?: JoinOptions): Promise<Person>;
  /** The same at 390 px: there the list of channels comes first. */
  joinOnPhone(name: string): Promise<Person>;
  /** A browser that nobody is signed in with. */
  visit(path?: string): Promise<Page>;
}

type JoinOptions = Omit<PersonOptions, 'url'>;

const PHONE = { width: 390, height: 844 };

export const test = base.extend<{ fixture: Fixture }>({
  fixture: async ({ browser }, provide) => {
    await using server = await startTestServer({ env: { PARLEY_SIGNUP: 'open' } });
    await using network = await openTcpProxy(server.port);
    const contexts: BrowserContext[] = [];
    async function arrive(name: string, options: JoinOptions): Promise<Person> {
      const person = await signUp(browser, name, { url: network.url, ...options });
      contexts.push(person.context);
      return person;
    }
    await provide({
      server,
      network,
      async join(name, options = {}) {
        const person = await arrive(name, options);
        await expect(person.composer()).toBeVisible();
        return person;
      },
      async joinOnPhone(name) {
        const person = await arrive(name, { viewport: PHONE });
        await expect(person.link('general')).toBeVisible();
        return person;
      },
      async visit(path = '/') {
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
