// The upgrade request, byte by byte: requests that no HTTP library sends.
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame, openRawSocket, type RawSocket } from '@parley/testkit/raw-socket';
import { newClientId, startFixture, type TestUser, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let fixture: ServerFixture;
let ada: TestUser;

beforeAll(async () => {
  fixture = await startFixture();
  ada = await fixture.user();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

interface Upgrade {
  /** The request line. Default `GET /ws/… HTTP/1.1`. */
  readonly line?: string;
  /** Header lines that replace the default ones, by name; an empty list omits the header. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

/** A valid handshake of Ada, with the given changes. */
function upgrade({ line = `GET /ws/${newClientId()} HTTP/1.1`, headers = {} }: Upgrade = {}): string {
  const all = {
    host: [`Host: 127.0.0.1:${fixture.server.port}`],
    connection: ['Connection: Upgrade'],
    upgrade: ['Upgrade: websocket'],
    version: ['Sec-WebSocket-Version: 13'],
    key: [KEY],
    token: [`Authorization: Bearer ${ada.token}`],
    ...headers,
  };
  return `${[line, ...Object.values(all).flat()].join('\r\n')}\r\n\r\n`;
}

interface UpgradeResponse {
  readonly status: number;
  readonly head: string;
  /** `code` of the JSON body. */
  readonly code: string | undefined;
}

/** The response of the server to these bytes on a new connection. */
async function answerTo(bytes: string | Uint8Array): Promise<UpgradeResponse> {
  await using socket = await openRawSocket({ port: fixture.server.port });
  let raw = '';
  socket.tcp.on('data', (chunk: Buffer) => (raw += chunk.toString('latin1')));
  socket.write(bytes);
  const head = await socket.head;
  const status = Number(head.split(' ')[1]);
  if (status !== 101) await expect.poll(() => socket.tcp.readyState !== 'open' || raw.includes('"}')).toBe(true);
  return { status, head, code: /"code":"(\w+)"/.exec(raw)?.[1] };
}

async function statusOrCut(bytes: string): Promise<number | 'cut'> {
  return answerTo(bytes).then(
    ({ status }) => status,
    () => 'cut',
  );
}

test('[HS15] the unchanged handshake of these tests is accepted', async () => {
  expect(await answerTo(upgrade())).toMatchObject({ status: 101 });
});

describe('handshakes that RFC 6455 forbids', () => {
  const flawed: Record<string, Upgrade> = {
    'no Host': { headers: { host: [] } },
    'two Hosts': { headers: { host: ['Host: 127.0.0.1', 'Host: elsewhere'] } },
    'no key': { headers: { key: [] } },
    'two keys': { headers: { key: [KEY, KEY] } },
    'a key of 15 bytes': { headers: { key: ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j'] } },
    'a key that is not base64': { headers: { key: ['Sec-WebSocket-Key: ????????????????????????'] } },
    'no version': { headers: { version: [] } },
    'version 8': { headers: { version: ['Sec-WebSocket-Version: 8'] } },
    'version 14': { headers: { version: ['Sec-WebSocket-Version: 14'] } },
    'two versions': { headers: { version: ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 13'] } },
    'a list of versions': { headers: { version: ['Sec-WebSocket-Version: 13, 8'] } },
    'HTTP/1.0': { line: 'GET /ws/abcdefgh HTTP/1.0' },
    'HTTP/2.0': { line: 'GET /ws/abcdefgh HTTP/2.0' },
    'a doubled subprotocol': { headers: { protocol: ['Sec-WebSocket-Protocol: parley.v1, parley.v1'] } },
    'an empty subprotocol': { headers: { protocol: ['Sec-WebSocket-Protocol: '] } },
    'a body': { headers: { length: ['Content-Length: 5'] } },
    'a body in chunks': { headers: { chunks: ['Transfer-Encoding: chunked'] } },
  };
  for (const [name, change] of Object.entries(flawed)) {
    test(`[HS23] ${name} is answered 400 with JSON and the supported version`, async () => {
      const { status, code, head } = await answerTo(upgrade(change));
      expect({ status, code }).toEqual({ status: 400, code: 'bad_request' });
      expect(head).toMatch(/\r\nSec-WebSocket-Version: 13(\r\n|$)/);
    });
  }

  test('[HS23] two Authorization headers are refused, because a proxy may have checked the other one', async () => {
    const [good, bad] = [`Authorization: Bearer ${ada.token}`, 'Authorization: Bearer nonsense'];
    for (const token of [
      [good, bad],
      [bad, good],
      [good, good],
    ]) {
      expect(await answerTo(upgrade({ headers: { token } }))).toMatchObject({ status: 400, code: 'bad_request' });
    }
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND']) {
    test(`[HS23] an upgrade by ${method} is answered 405`, async () => {
      const { status } = await answerTo(upgrade({ line: `${method} /ws/${newClientId()} HTTP/1.1` }));
      expect(status).toBe(405);
    });
  }

  test('[HS23] a malformed handshake does not consume its ticket', async () => {
    const { ticket } = JSON.parse((await ada.api('POST', '/tickets')).text) as { ticket: string };
    const line = `GET /ws/${newClientId()}?token=${ticket} HTTP/1.1`;
    expect(await answerTo(upgrade({ line, headers: { token: [], key: [] } }))).toMatchObject({ status: 400 });
    expect(await answerTo(upgrade({ line, headers: { token: [] } }))).toMatchObject({ status: 101 });
  });

  test('[HS16] a request without exactly one upgrade to WebSocket is a plain GET', async () => {
    for (const headers of [
      { connection: ['Connection: keep-alive'] },
      { upgrade: [] },
      { upgrade: ['Upgrade: websocket', 'Upgrade: websocket'] },
      { upgrade: ['Upgrade: h2c', 'Upgrade: websocket'] },
    ]) {
      expect(await answerTo(upgrade({ headers }))).toMatchObject({ status: 426, code: 'upgrade_required' });
    }
  });

  test('[HS15] header names and values are accepted in every form that HTTP allows', async () => {
    for (const headers of [
      { upgrade: ['UPGRADE: WebSocket'] },
      { connection: ['connection: keep-alive, UPGRADE'] },
      { version: ['sec-websocket-version:13'] },
      { protocol: ['Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: parley.v1'] },
      { extensions: ['Sec-WebSocket-Extensions: x; ;;=, permessage-deflate; ='] },
      { length: ['Content-Length: 0'] },
    ]) {
      expect(await answerTo(upgrade({ headers })), JSON.stringify(headers)).toMatchObject({ status: 101 });
    }
  });
});

describe('paths', () => {
  const id = 'abcdefgh';
  const elsewhere = {
    'a doubled first slash': `//ws/${id}`,
    'a doubled inner slash': `/ws//${id}`,
    'a trailing slash': `/ws/${id}/`,
    'dot segments': `/x/../ws/${id}`,
    'encoded dot segments': `/x/%2e%2e/ws/${id}`,
    'an encoded letter of ws': `/%77s/${id}`,
    'capital letters': `/WS/${id}`,
    'an absolute URL with a doubled slash': `http://127.0.0.1//ws/${id}`,
    'another scheme': `ftp://127.0.0.1/ws/${id}`,
    'a star': '*',
  };
  for (const [name, path] of Object.entries(elsewhere)) {
    test(`[HS24] ${name} in the path is answered 404`, async () => {
      expect(await answerTo(upgrade({ line: `GET ${path} HTTP/1.1` }))).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    });
  }

  for (const name of ['abcdefg%68', '%61bcdefgh', 'abcdefgh%00', 'abcdefgh%2F', '..', '%2e%2e', 'abcdefgh;x=1', '']) {
    test(`[HS1] [HS24] the clientId ${name === '' ? '(empty)' : name} is refused without decoding`, async () => {
      const answer = await answerTo(upgrade({ line: `GET /ws/${name} HTTP/1.1` }));
      expect(answer).toMatchObject({ status: 400, code: 'invalid_client_id' });
    });
  }

  test('[HS24] an absolute URL is accepted with any host', async () => {
    for (const host of [`127.0.0.1:${fixture.server.port}`, 'example.org', 'user:password@[::1]:1']) {
      const line = `GET http://${host}/ws/${newClientId()} HTTP/1.1`;
      expect(await answerTo(upgrade({ line }))).toMatchObject({ status: 101 });
    }
  });

  test('[HS4] [HS24] the first of two tokens in the query counts, and a second question mark starts no query', async () => {
    const attempt = (query: string) =>
      answerTo(upgrade({ line: `GET /ws/${newClientId()}?${query} HTTP/1.1`, headers: { token: [] } }));
    expect(await attempt(`token=${ada.token}&token=bad`)).toMatchObject({ status: 101 });
    expect(await attempt(`token=bad&token=${ada.token}`)).toMatchObject({ status: 401, code: 'invalid_token' });
    expect(await attempt(`x?token=${ada.token}`)).toMatchObject({ status: 401, code: 'missing_token' });
    expect(await attempt(`TOKEN=${ada.token}`)).toMatchObject({ status: 401, code: 'missing_token' });
    expect(await attempt('token=%')).toMatchObject({ status: 401, code: 'invalid_token' });
    expect(await attempt('token=%ff%00')).toMatchObject({ status: 401, code: 'invalid_token' });
  });
});

describe('pipelined requests', () => {
  const me = (): string => `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ada.token}\r\n\r\n`;

  test('[HS25] the responses to requests before a handshake are complete before its 101', async () => {
    for (const earlier of [1, 3]) {
      await using socket = await openRawSocket({ port: fixture.server.port });
      let raw = '';
      socket.tcp.on('data', (chunk: Buffer) => (raw += chunk.toString('latin1')));
      socket.write(me().repeat(earlier) + upgrade());
      await expect.poll(() => raw).toContain('"type":"ready"');
      const starts = [...raw.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
      expect(starts).toEqual([...Array.from({ length: earlier }, () => '200'), '101']);
    }
  });

  test('[HS25] the refusal of a handshake follows the responses to earlier requests', async () => {
    await using socket = await openRawSocket({ port: fixture.server.port });
    let raw = '';
    socket.tcp.on('data', (chunk: Buffer) => (raw += chunk.toString('latin1')));
    socket.write(me() + upgrade({ line: 'GET /nowhere HTTP/1.1' }));
    await socket.closed;
    expect([...raw.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '404']);
  });

  test('[HS25] a request after a handshake is read as a broken frame, or dropped when the handshake is refused', async () => {
    await using accepted = await openRawSocket({ port: fixture.server.port });
    accepted.write(upgrade() + me());
    expect(await accepted.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(await accepted.closeCode).toBe(1002);
    await using refused = await openRawSocket({ port: fixture.server.port });
    refused.write(upgrade({ headers: { token: [] } }) + me());
    expect(await refused.head).toMatch(/^HTTP\/1\.1 401 /);
    await refused.closed;
  });

  test('[HS20] frames sent before the 101 are read after it, also incomplete ones', async () => {
    await using socket = await openRawSocket({ port: fixture.server.port });
    const [first, second] = [1, 2].map((ref) => encodeFrame(`{"type":"ping","ref":${ref}}`));
    socket.write(Buffer.concat([Buffer.from(upgrade()), first!, second!.subarray(0, 7)]));
    await answered(socket, '"ref":1');
    socket.write(second!.subarray(7));
    await answered(socket, '"ref":2');
  });
});

async function answered({ frames }: RawSocket, part: string): Promise<void> {
  await expect.poll(() => frames.some(({ payload }) => payload.includes(part))).toBe(true);
}

describe('headers', () => {
  const broken: Record<string, () => string> = {
    'a line without a colon': () => upgrade({ headers: { x: ['Nonsense'] } }),
    'a blank before the colon': () => upgrade({ headers: { x: ['X : y'] } }),
    'a folded line': () => upgrade({ headers: { x: ['X: y', ' z'] } }),
    'U+0000 in a value': () => upgrade({ headers: { x: ['X: y\0z'] } }),
    'line ends without a carriage return': () => upgrade().replaceAll('\r\n', '\n'),
    'a blank in the path': () => upgrade({ line: 'GET /ws/abcd efgh HTTP/1.1' }),
    'a backslash for a slash': () => upgrade({ line: String.raw`GET \ws\abcdefgh HTTP/1.1` }),
    'a version of HTTP that does not exist': () => upgrade({ line: 'GET /ws/abcdefgh HTTP/9.9' }),
    'two lengths': () => upgrade({ headers: { length: ['Content-Length: 1', 'Content-Length: 2'] } }),
    'a length beside chunks': () => upgrade({ headers: { x: ['Content-Length: 5', 'Transfer-Encoding: chunked'] } }),
  };
  for (const [name, bytesOf] of Object.entries(broken)) {
    test(`[HS23] ${name} is refused or the connection is cut`, async () => {
      const status = await statusOrCut(bytesOf());
      expect(status, String(status)).toSatisfy((each) => each === 'cut' || String(each).startsWith('4'));
    });
  }

  test('[LM11] a handshake with more than 16 KiB of headers is refused, in one header or in three thousand', async () => {
    const large = upgrade({ headers: { x: [`X: ${'x'.repeat(17_000)}`] } });
    const many = upgrade({ headers: { x: Array.from({ length: 3_000 }, (_, at) => `X${at}: y`) } });
    const long = upgrade({ line: `GET /ws/abcdefgh?${'x'.repeat(17_000)} HTTP/1.1` });
    for (const bytes of [large, many, long]) {
      expect(['cut', 431]).toContain(await statusOrCut(bytes));
    }
  });

  test('[LM11] a handshake with three hundred small headers is accepted', async () => {
    const x = Array.from({ length: 300 }, (_, at) => `X${at}: y`);
    expect(await answerTo(upgrade({ headers: { x } }))).toMatchObject({ status: 101 });
  });
});

test('[HS26] a refused connection is destroyed, also when the client keeps its side open', async () => {
  await using socket = await openRawSocket({ port: fixture.server.port, allowHalfOpen: true });
  socket.write(upgrade({ headers: { token: [] } }));
  expect(await socket.head).toMatch(/^HTTP\/1\.1 401 /);
  await sleep(2_500);
  // The server has destroyed it, so a write is answered with a reset.
  socket.write('x');
  await sleep(200);
  socket.write('x');
  await expect.poll(() => socket.tcp.destroyed).toBe(true);
});
