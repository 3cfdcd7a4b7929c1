import { connectRaw, HandshakeRefused, type RawClientOptions } from '@parley/testkit/raw-client';
import type { ServerFixture } from '@parley/testkit/server-fixture';

export interface HandshakeResponse {
  readonly status: number;
  /** Null for 101. */
  readonly code: string | null;
  readonly retryAfter: string | null;
}

export type Attempt = Omit<RawClientOptions, 'url'>;

/** What an upgrade is answered. An accepted connection is closed again. */
export async function upgradeResponse({ server }: ServerFixture, attempt: Attempt): Promise<HandshakeResponse> {
  try {
    const client = await connectRaw({ url: server.url, ...attempt });
    await client.close();
    return { status: 101, code: null, retryAfter: null };
  } catch (error) {
    if (!(error instanceof HandshakeRefused)) throw error;
    const { error: refusal } = JSON.parse(error.body) as { error: { code: string; message: string } };
    if (typeof refusal.message !== 'string') throw new Error(`no message: ${error.body}`, { cause: error });
    const { 'retry-after': retryAfter } = error.headers;
    return { status: error.status, code: refusal.code, retryAfter: typeof retryAfter === 'string' ? retryAfter : null };
  }
}

/** What a plain GET of the same address is answered. */
export async function plainGetResponse(fixture: ServerFixture, attempt: Attempt): Promise<HandshakeResponse> {
  const { clientId, token, query = '', headers = {}, protocols = [] } = attempt;
  const {
    status,
    code,
    headers: answered,
  } = await fixture.request('GET', `/ws/${clientId}${query}`, {
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(protocols.length === 0 ? {} : { 'Sec-WebSocket-Protocol': protocols.join(', ') }),
      ...headers,
    },
  });
  return { status, code, retryAfter: answered.get('retry-after') };
}

/** A refusal that upgrade and plain GET must agree on. Throws when they don't. */
export async function refusalOf(
  fixture: ServerFixture,
  attempt: Attempt,
): Promise<Pick<HandshakeResponse, 'status' | 'code'>> {
  const plain = await plainGetResponse(fixture, attempt);
  const upgrade = await upgradeResponse(fixture, attempt);
  if (plain.status !== upgrade.status || plain.code !== upgrade.code) {
    throw new Error(`plain GET: ${JSON.stringify(plain)}, upgrade: ${JSON.stringify(upgrade)}`);
  }
  return { status: upgrade.status, code: upgrade.code };
}
