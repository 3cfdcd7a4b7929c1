import { randomUUID } from 'node:crypto';
import type { ChannelId } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import type { RawClient } from '@parley/testkit/raw-client';
import { canary, post, startFixture, type TestUser, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let fixture: ServerFixture;
let ada: TestUser;
let channel: ChannelId;
let client: RawClient;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(async () => {
  ada = await fixture.user();
  channel = await createChannel([ada]);
  client = await ada.connect();
});

const send = () => ({ type: 'send', channel, id: randomUUID(), body: 'hello' });

describe('malformed frames', () => {
  const texts: Record<string, string> = {
    'an empty text': '',
    'a text that is no JSON': 'hello',
    null: 'null',
    'an array of frames': '[{"type":"ping","ref":1}]',
    'an unknown type': '{"type":"shout"}',
    'the type of a server frame': '{"type":"ready"}',
    'a type that is a property of every object': '{"type":"toString"}',
    'an object with __proto__': '{"__proto__":{"type":"ping","ref":1}}',
    'brackets nested 30,000 deep': '['.repeat(30_000) + ']'.repeat(30_000),
    'objects nested 10,000 deep': `{"type":"send","body":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    'a send without fields': '{"type":"send"}',
    'a number in place of a text': '{"type":"sync","ref":-1,"channel":1,"after":"0"}',
  };
  for (const [name, text] of Object.entries(texts)) {
    test(`[FR3] ${name} is refused, and the connection stays open`, async () => {
      client.sendText(text);
      const error = await client.waitFor('error', { code: 'bad_request' });
      expect(error).not.toHaveProperty('ref');
      expect(await client.ask(send())).toMatchObject({ type: 'ok' });
    });
  }

  test('[FR3] a hundred malformed frames in a row get a hundred errors on the same connection', async () => {
    for (let times = 0; times < 100; times += 1) client.sendText('{');
    await client.settle();
    expect(client.received('error', { code: 'bad_request' })).toHaveLength(100);
  });

  test('[FR1] every frame of the server is one JSON object as text', async () => {
    await post(client, channel);
    await client.settle();
    for (const text of client.texts) expect(JSON.parse(text)).toMatchObject({ type: expect.any(String) as string });
  });
});

describe('ref', () => {
  test('[FR5] every kind of reply repeats the ref', async () => {
    const big = Number.MAX_SAFE_INTEGER;
    client.send({ type: 'ping', ref: big });
    client.send({ ...send(), ref: 70 });
    client.send({ type: 'sync', ref: 71, channel, after: 0 });
    client.send({ type: 'sync', ref: 72, channel, after: 1_000_000 });
    client.send({ type: 'history', ref: 73, channel });
    client.send({ type: 'edit', ref: 74, channel, id: randomUUID(), body: 'x' });
    await client.waitFor('pong', { ref: big });
    await client.waitFor('ok', { ref: 70 });
    await client.waitFor('events', { ref: 71 });
    await client.waitFor('reset', { ref: 72 });
    await client.waitFor('messages', { ref: 73 });
    await client.waitFor('error', { ref: 74 });
  });

  test('[FR5] a ref that is no positive integer is refused, and the error does not repeat it', async () => {
    for (const ref of [0, -1, 1.5, 2 ** 53, '1', null, {}, []]) client.send({ ...send(), ref });
    client.sendText(`{"type":"ping","ref":1e400}`);
    await client.settle();
    const errors = client.received('error');
    expect(errors).toHaveLength(9);
    for (const error of errors) expect(error).not.toHaveProperty('ref');
    expect(client.received('message')).toHaveLength(0);
  });

  test('[FR6] a command without a ref is executed and gets no reply', async () => {
    const command = send();
    client.send(command);
    await client.waitFor('message', { message: { id: command.id } });
    await client.settle();
    expect(client.received('ok')).toHaveLength(0);
  });

  test('[FR6] the error of a command without a ref has no ref', async () => {
    client.send({ ...send(), channel: 'c_nowhere' });
    expect(await client.waitFor('error', { code: 'not_found' })).not.toHaveProperty('ref');
  });

  test('[FR6] a query without a ref is malformed', async () => {
    for (const question of [{ type: 'ping' }, { type: 'sync', channel, after: 0 }, { type: 'history', channel }]) {
      client.send(question);
    }
    await client.settle();
    expect(client.received('error', { code: 'bad_request' })).toHaveLength(3);
  });

  test('[FR7] the error of a malformed frame repeats its ref if that is readable', async () => {
    expect(await client.ask({ type: 'shout' })).toMatchObject({ type: 'error', code: 'bad_request' });
    expect(await client.ask({ type: 'send', channel })).toMatchObject({ type: 'error', code: 'bad_request' });
    expect(await client.ask({})).toMatchObject({ type: 'error', code: 'bad_request' });
  });
});

describe('fields and texts', () => {
  test('[FR4] a command with an unknown field is refused and not executed', async () => {
    expect(await client.ask({ ...send(), pinned: true })).toMatchObject({ type: 'error', code: 'bad_request' });
    expect(await client.ask({ ...send(), by: 'u_someone', seq: 1, at: 0 })).toMatchObject({ code: 'bad_request' });
    await client.settle();
    expect(client.received('message')).toHaveLength(0);
  });

  test('[FR9] the last value of a duplicate key counts, and __proto__ is an unknown field', async () => {
    const id = randomUUID();
    client.sendText(`{"type":"send","channel":"${channel}","id":"${id}","body":"first","body":"second"}`);
    expect(await client.waitFor('message', { message: { id } })).toMatchObject({ message: { body: 'second' } });
    client.sendText(`{"type":"send","channel":"${channel}","id":"${randomUUID()}","body":"x","__proto__":{"to":"u"}}`);
    await client.waitFor('error', { code: 'bad_request' });
  });

  test('[FR8] lone surrogates and U+0000 are refused, also as escapes', async () => {
    for (const body of [String.raw`\ud83d`, String.raw`a\udc4d`, String.raw`a\u0000b`]) {
      client.sendText(`{"type":"send","channel":"${channel}","id":"${randomUUID()}","body":"${body}"}`);
    }
    await client.settle();
    expect(client.received('error', { code: 'bad_request' })).toHaveLength(3);
    expect(client.received('message')).toHaveLength(0);
  });

  const bodies: Record<string, string> = {
    blanks: '  indented\n\n  text  \n',
    'line ends': 'a\r\nb\rc\u2028d\u0085e',
    emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 🇦🇹 \u{10ffff}',
    'accents, composed and not': 'e\u0301 \u00e9',
    directions: '\u202eabc\u202c שלום مرحبا',
    'invisible characters': 'a\u200bb\ufeffc\u00add',
    'control characters': 'a\u0001b\u001b[31mc\u007fd',
    HTML: '<img src=x onerror=alert(1)> &amp; <script>alert(1)</script>',
    SQL: "'; DROP TABLE messages; -- %_\\ $1 ? :a",
    JSON: '{"type":"ready"}\\u0041 "\\"',
    'a frame break': '"}\n{"type":"removed","channel":"x"}',
  };
  for (const [name, body] of Object.entries(bodies)) {
    test(`[FR13] ${name} in a body are delivered unchanged, live, by sync and by history`, async () => {
      const { id } = await post(client, channel, body);
      expect(await client.waitFor('message', { message: { id } })).toMatchObject({ message: { body } });
      expect(await client.ask({ type: 'history', channel })).toMatchObject({ messages: [{ id, body }] });
      const events = await client.ask({ type: 'sync', channel, after: 1 });
      expect(events).toMatchObject({ events: [{ message: { id, body } }] });
    });
  }

  test('[FR13] a body of 10,000 UTF-16 units is stored, and a longer one is refused as too_large', async () => {
    const longest = canary().padEnd(10_000, '😀');
    const { id } = await post(client, channel, longest.slice(0, 9_999).padEnd(10_000, 'x'));
    expect(await client.waitFor('message', { message: { id } })).toMatchObject({
      message: { body: expect.any(String) as string },
    });
    expect(await client.ask({ ...send(), body: 'x'.repeat(10_001) })).toMatchObject({
      type: 'error',
      code: 'too_large',
    });
    expect(await client.ask({ ...send(), body: '😀'.repeat(5_001) })).toMatchObject({
      type: 'error',
      code: 'too_large',
    });
    await client.settle();
    expect(client.received('message')).toHaveLength(1);
  });

  test('[FR13] a blank body is refused', async () => {
    for (const body of ['', ' ', '\n\t', '\u00a0\u2003']) {
      expect(await client.ask({ ...send(), body }), JSON.stringify(body)).toMatchObject({ code: 'bad_request' });
    }
  });

  test('[FR11] an id with a wildcard, a path or a query in it is refused', async () => {
    for (const id of [
      '*',
      '>',
      'c.*',
      `${channel}.>`,
      `../${channel}`,
      `${channel}\u0000`,
      `${channel} `,
      `${channel}%00`,
      "c' OR '1'='1",
    ]) {
      const reply = await client.ask({ type: 'history', channel: id });
      expect(reply, id).toMatchObject({ type: 'error', code: 'bad_request' });
    }
  });

  test('[FR12] an id is delivered unchanged and is case-sensitive', async () => {
    const lower = randomUUID();
    const upper = lower.toUpperCase();
    const first = await client.ask({ ...send(), id: lower });
    const second = await client.ask({ ...send(), id: upper });
    await client.waitFor('message', { message: { id: lower } });
    await client.waitFor('message', { message: { id: upper } });
    expect(first).not.toMatchObject({ seq: 'seq' in second ? second.seq : 0 });
  });

  test('[FR14] an emoji of one line and at most 64 units is accepted, and others are refused', async () => {
    const { id } = await post(client, channel);
    const react = { type: 'react', channel, id };
    expect(await client.ask({ ...react, emoji: '👍🏽' })).toMatchObject({ type: 'ok' });
    expect(await client.ask({ ...react, emoji: 'x'.repeat(64) })).toMatchObject({ type: 'ok' });
    for (const emoji of ['', ' ', 'a\nb', '\u202ea', 'x'.repeat(65)]) {
      expect(await client.ask({ ...react, emoji }), JSON.stringify(emoji)).toMatchObject({ type: 'error' });
    }
  });
});
