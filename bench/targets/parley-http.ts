import { createApiClient, type ApiClient } from '@parley/testkit/api-client';

/** The requests with which a benchmark sets up a server, over the public HTTP API. */
export class ParleyHttp {
  readonly #origin: string;

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Resolves with the id of the token’s user. The first request creates the account, which joins #general. */
  async me(token: string): Promise<string> {
    const { user } = (await this.#as(token).call('GET', '/me')) as { user: { id: string } };
    return user.id;
  }

  async generalId(token: string): Promise<string> {
    const { channels } = (await this.#as(token).call('GET', '/channels')) as {
      channels: { id: string; name: string }[];
    };
    const general = channels.find(({ name }) => name === 'general');
    if (general === undefined) throw new Error('#general does not exist');
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

  /** Resolves with the position of the message in the log. */
  async post(token: string, channel: string, body: string): Promise<number> {
    const message = { id: crypto.randomUUID(), body };
    const { seq } = (await this.#as(token).call('POST', `/channels/${channel}/messages`, message)) as { seq: number };
    return seq;
  }

  #as(token: string): ApiClient {
    return createApiClient(this.#origin, token);
  }
}
