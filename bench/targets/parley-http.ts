import { createApiClient, type ApiClient } from '@parley/testkit/api-client';

/** The few requests with which a benchmark sets a server up, as any application would make them. */
export class ParleyHttp {
  readonly #origin: string;

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** The id of the token's user, who has an account and is in #general from now on. */
  async me(token: string): Promise<string> {
    const { user } = (await this.#as(token).call('GET', '/me')) as { user: { id: string } };
    return user.id;
  }

  async generalId(token: string): Promise<string> {
    const { channels } = (await this.#as(token).call('GET', '/channels')) as {
      channels: { id: string; name: string }[];
    };
    const general = channels.find(({ name }) => name === 'general');
    if (general === undefined) throw new Error('there is no #general');
    return general.id;
  }

  async createChannel(token: string, name: string): Promise<string> {
    const body = { name, kind: 'public' };
    const { channel } = (await this.#as(token).call('POST', '/channels', body)) as { channel: { id: string } };
    return channel.id;
  }

  async join(token: string, channel: string): Promise<void> {
    await this.#as(token).call('POST', `/channels/${channel}/join`);
  }

  /** Resolves with the message's place in the log. */
  async post(token: string, channel: string, body: string): Promise<number> {
    const message = { id: crypto.randomUUID(), body };
    const { seq } = (await this.#as(token).call('POST', `/channels/${channel}/messages`, message)) as { seq: number };
    return seq;
  }

  #as(token: string): ApiClient {
    return createApiClient(this.#origin, token);
  }
}
