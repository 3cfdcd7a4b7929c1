import { randomUUID } from 'node:crypto';
import { expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';

export const PASSWORD = 'correct horse battery';

export interface BrowserUserOptions {
  /** The address of the server. */
  readonly url: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** Default `reduce`, so that tests do not wait for animations. */
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** Creates an account and signs it in, in a new browser context, on the start page. Needs `PARLEY_SIGNUP=open`. */
export async function signUp(browser: Browser, name: string, options: BrowserUserOptions): Promise<BrowserUser> {
  const context = await openContext(browser, options);
  const data = { name, email: `${name.toLowerCase()}@example.org`, password: PASSWORD };
  const response = await context.request.post('/api/auth/sign-up/email', { data });
  expect(response.status()).toBe(200);
  const user = new BrowserUser(name, context, await context.newPage());
  await user.page.goto('/');
  return user;
}

/** Opens a browser context without a session. */
export async function openContext(browser: Browser, { url, ...options }: BrowserUserOptions): Promise<BrowserContext> {
  const viewport = { width: 1280, height: 800 };
  return browser.newContext({ baseURL: url, reducedMotion: 'reduce', viewport, ...options });
}

/** A user with a browser. Finds elements by role and name, as people and screen readers do. */
export class BrowserUser {
  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;

  constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.context = context;
    this.page = page;
  }

  /** Opens another tab in the same browser. */
  async openTab(path = '/'): Promise<BrowserUser> {
    const tab = new BrowserUser(this.name, this.context, await this.context.newPage());
    await tab.page.goto(path);
    return tab;
  }

  /** The link of a channel or direct message in the sidebar. */
  sidebarLink(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }

  async openChannel(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name, exact: true }).click();
    await expect(this.composer(`#${name}`)).toBeVisible();
  }

  composer(label = '#general'): Locator {
    return this.page.getByRole('textbox', { name: `Message ${label}`, exact: true });
  }

  async send(text: string, label = '#general'): Promise<void> {
    await this.composer(label).fill(text);
    await this.composer(label).press('Enter');
  }

  message(text: string): Locator {
    return this.page.getByRole('log').getByRole('article').filter({ hasText: text });
  }

  /** Waits until the message is on the page exactly once, and confirmed by the server. */
  async sees(text: string): Promise<void> {
    await expect(this.message(text)).toHaveCount(1);
    await expect(this.message(text)).toHaveAttribute('data-state', 'sent');
  }

  /** The parts of the timeline that match `pattern`, from top to bottom. */
  async messageOrder(pattern: RegExp): Promise<string[]> {
    const texts = await this.page.getByRole('log').getByRole('article').allInnerTexts();
    return texts.flatMap((text) => pattern.exec(text)?.[0] ?? []);
  }

  typingLine(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  alert(): Locator {
    return this.page.getByRole('alert').filter({ has: this.page.getByRole('button', { name: 'Dismiss' }) });
  }

  /** Calls the HTTP API as this user. */
  async api<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, data?: object): Promise<T> {
    const response = await this.context.request.fetch(`/api/v1${path}`, {
      method,
      ...(data === undefined ? {} : { data }),
      headers: { origin: new URL(this.page.url()).origin },
    });
    expect(response.ok(), `${method} ${path}: ${response.status()}`).toBe(true);
    const text = await response.text();
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Sends these commands from another device of this user, each after the reply to the one before. */
  async command(...commands: readonly object[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      const address = `${location.origin.replace('http', 'ws')}/ws/${crypto.randomUUID()}`;
      const device = new WebSocket(address, ['parley.v1']);
      let sentRef = 0;
      await new Promise<void>((resolve, reject) => {
        device.addEventListener('close', () => reject(new Error('closed')));
        device.addEventListener('message', ({ data }) => {
          const { type, ref } = JSON.parse(String(data)) as { type: string; ref?: number };
          if (type === 'error') reject(new Error(String(data)));
          if (type !== 'ready' && ref !== sentRef) return;
          const command = all[sentRef];
          sentRef += 1;
          if (command === undefined) resolve();
          else device.send(JSON.stringify({ ...command, ref: sentRef }));
        });
      });
      device.close();
    }, commands);
  }

  async id(): Promise<string> {
    return (await this.api<{ user: { id: string } }>('GET', '/me')).user.id;
  }

  async createChannel(name: string, kind: 'public' | 'private' = 'public'): Promise<string> {
    const created = await this.api<{ channel: { id: string } }>('POST', '/channels', { name, kind });
    return created.channel.id;
  }

  /** Posts messages over HTTP, without the web client. */
  async postMessages(channel: string, bodies: readonly string[]): Promise<void> {
    for (const body of bodies) await this.api('POST', `/channels/${channel}/messages`, { id: randomUUID(), body });
  }
}
