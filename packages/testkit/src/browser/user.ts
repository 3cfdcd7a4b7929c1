import { randomUUID } from 'node:crypto';
import { expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';

export const PASSWORD = 'correct horse battery';

export interface PersonOptions {
  /** The address of the server. */
  readonly url: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** Default `reduce`: tests wait for no animation. */
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** Makes an account and signs it in, in a browser of its own, on the first page. Needs `PARLEY_SIGNUP=open`. */
export async function signUp(browser: Browser, name: string, options: PersonOptions): Promise<Person> {
  const context = await openContext(browser, options);
  const data = { name, email: `${name.toLowerCase()}@example.org`, password: PASSWORD };
  const response = await context.request.post('/api/auth/sign-up/email', { data });
  expect(response.status()).toBe(200);
  const person = new Person(name, context, await context.newPage());
  await person.page.goto('/');
  return person;
}

/** A browser of its own: nobody is signed in with it. */
export async function openContext(browser: Browser, { url, ...options }: PersonOptions): Promise<BrowserContext> {
  const viewport = { width: 1280, height: 800 };
  return browser.newContext({ baseURL: url, reducedMotion: 'reduce', viewport, ...options });
}

/** Someone at a browser, who finds things as people and screen readers do: by role and name. */
export class Person {
  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;

  constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.context = context;
    this.page = page;
  }

  /** Another tab or window of the same browser. */
  async openTab(path = '/'): Promise<Person> {
    const tab = new Person(this.name, this.context, await this.context.newPage());
    await tab.page.goto(path);
    return tab;
  }

  /** A channel or direct message in the sidebar. */
  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }

  async openChannel(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name, exact: true }).click();
    await expect(this.composer(`#${name}`)).toBeVisible();
  }

  composer(place = '#general'): Locator {
    return this.page.getByRole('textbox', { name: `Message ${place}`, exact: true });
  }

  async send(text: string, place = '#general'): Promise<void> {
    await this.composer(place).fill(text);
    await this.composer(place).press('Enter');
  }

  message(text: string): Locator {
    return this.page.getByRole('log').getByRole('article').filter({ hasText: text });
  }

  /** The message is there once, and confirmed. */
  async sees(text: string): Promise<void> {
    await expect(this.message(text)).toHaveCount(1);
    await expect(this.message(text)).toHaveAttribute('data-state', 'sent');
  }

  /** The texts of the timeline that have the mark, in their order. */
  async order(mark: RegExp): Promise<string[]> {
    const texts = await this.page.getByRole('log').getByRole('article').allInnerTexts();
    return texts.flatMap((text) => mark.exec(text)?.[0] ?? []);
  }

  typingLine(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  alert(): Locator {
    return this.page.getByRole('alert').filter({ has: this.page.getByRole('button', { name: 'Dismiss' }) });
  }

  /** Calls the HTTP API as this person. */
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

  /** Says these commands as another device of this person, and waits until each is done. */
  async command(...commands: readonly object[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      const address = `${location.origin.replace('http', 'ws')}/ws/${crypto.randomUUID()}`;
      const device = new WebSocket(address, ['parley.v1']);
      let said = 0;
      await new Promise<void>((resolve, reject) => {
        device.addEventListener('close', () => reject(new Error('closed')));
        device.addEventListener('message', ({ data }) => {
          const { type, ref } = JSON.parse(String(data)) as { type: string; ref?: number };
          if (type === 'error') reject(new Error(String(data)));
          if (type !== 'ready' && ref !== said) return;
          const command = all[said];
          said += 1;
          if (command === undefined) resolve();
          else device.send(JSON.stringify({ ...command, ref: said }));
        });
      });
      device.close();
    }, commands);
  }

  async id(): Promise<string> {
    return (await this.api<{ user: { id: string } }>('GET', '/me')).user.id;
  }

  async makeChannel(name: string, kind: 'public' | 'private' = 'public'): Promise<string> {
    const made = await this.api<{ channel: { id: string } }>('POST', '/channels', { name, kind });
    return made.channel.id;
  }

  /** Posts many messages at once, without the client. */
  async post(channel: string, bodies: readonly string[]): Promise<void> {
    for (const body of bodies) await this.api('POST', `/channels/${channel}/messages`, { id: randomUUID(), body });
  }
}
