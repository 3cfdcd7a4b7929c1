// RFC 6455, section 5, byte by byte: frames that no WebSocket library sends.
import { encodeFrame, OPCODE, openRawSocket, type RawSocket } from '@parley/testkit/raw-socket';
import { newClientId, startFixture, type TestUser, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

let fixture: ServerFixture;
let ada: TestUser;
const opened: RawSocket[] = [];

beforeAll(async () => {
  fixture = await startFixture();
  ada = await fixture.user();
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(async () => {
  for (const socket of opened.splice(0)) await socket[Symbol.asyncDispose]();
});

const PING = '{"type":"ping","ref":9}';

async function connected(): Promise<RawSocket> {
  const path = `/ws/${newClientId()}`;
  const socket = await openRawSocket({
    port: fixture.server.port,
    path,
    headers: { Authorization: `Bearer ${ada.token}` },
  });
  opened.push(socket);
  await waitForText(socket, '"ready"');
  return socket;
}

/** Waits until a text frame with `part` in it has come. */
async function waitForText({ frames }: RawSocket, part: string): Promise<void> {
  await expect.poll(() => frames.some(({ payload }) => payload.includes(part))).toBe(true);
}

/** The code with which the server closes a new connection that receives `bytes`. */
async function codeAfter(bytes: Uint8Array): Promise<number | null> {
  const socket = await connected();
  socket.write(bytes);
  return socket.closeCode;
}

/** `bytes` mean an ordinary ping, and the connection stays. */
async function expectAnswered(bytes: Uint8Array): Promise<void> {
  const socket = await connected();
  socket.write(bytes);
  await waitForText(socket, '"ref":9');
  expect(socket.tcp.readyState).toBe('open');
}

/** A frame whose first bytes are given, masked with zeros. */
function frameOf(head: readonly number[], payload: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from(head), Buffer.alloc(4), Buffer.from(payload)]);
}

const fragments = (...parts: readonly (string | readonly number[])[]): Buffer[] =>
  parts.map((part, at) =>
    encodeFrame(Buffer.from(typeof part === 'string' ? Buffer.from(part) : part), {
      opcode: at === 0 ? OPCODE.text : OPCODE.continuation,
      final: at === parts.length - 1,
    }),
  );

describe('masking', () => {
  const unmasked = {
    'a text frame': encodeFrame(PING, { masked: false }),
    'an empty text frame': encodeFrame('', { masked: false }),
    'a ping': encodeFrame('x', { masked: false, opcode: OPCODE.ping }),
    'a close frame': encodeFrame('', { masked: false, opcode: OPCODE.close }),
    'a second fragment': Buffer.concat([
      encodeFrame('{', { final: false }),
      encodeFrame('}', { opcode: OPCODE.continuation, masked: false }),
    ]),
  };
  for (const [name, bytes] of Object.entries(unmasked)) {
    test(`[CL13] ${name} without a mask closes the connection with 1002`, async () => {
      expect(await codeAfter(bytes)).toBe(1002);
    });
  }

  test('[FR1] a mask of zeros is valid', async () => {
    await expectAnswered(frameOf([0x81, 0x80 | PING.length], PING));
  });

  test('[FR1] frames of the server are unmasked, unfragmented and without reserved bits', async () => {
    const socket = await connected();
    const bytes: Buffer[] = [];
    socket.tcp.on('data', (chunk: Buffer) => bytes.push(chunk));
    socket.write(encodeFrame(PING));
    await waitForText(socket, '"ref":9');
    const [first, second] = Buffer.concat(bytes);
    expect(first).toBe(0x81);
    expect(second! & 0x80).toBe(0);
  });
});

describe('reserved bits and opcodes', () => {
  for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
    test(`[CL13] opcode ${opcode} closes the connection with 1002`, async () => {
      expect(await codeAfter(encodeFrame(PING, { opcode }))).toBe(1002);
    });
  }
  for (const bit of [0x40, 0x20, 0x10]) {
    test(`[CL13] reserved bit 0x${bit.toString(16)} in text, ping or close closes the connection with 1002`, async () => {
      for (const opcode of [OPCODE.text, OPCODE.ping, OPCODE.close]) {
        expect(await codeAfter(frameOf([0x80 | bit | opcode, 0x80])), String(opcode)).toBe(1002);
      }
    });
  }
});

describe('control frames', () => {
  for (const [name, opcode] of Object.entries({ ping: OPCODE.ping, pong: OPCODE.pong, close: OPCODE.close })) {
    test(`[CL13] a fragmented ${name} closes the connection with 1002`, async () => {
      expect(await codeAfter(encodeFrame('', { opcode, final: false }))).toBe(1002);
    });

    test(`[CL13] a ${name} of 126 bytes, or with a long length form, closes the connection with 1002`, async () => {
      expect(await codeAfter(encodeFrame('x'.repeat(126), { opcode }))).toBe(1002);
      expect(await codeAfter(frameOf([0x80 | opcode, 0xfe, 0, 2], 'xx'))).toBe(1002);
      expect(await codeAfter(frameOf([0x80 | opcode, 0xff, 0, 0, 0, 0, 0, 0, 0, 2], 'xx'))).toBe(1002);
    });
  }

  test('[CL15] pings of 0 to 125 arbitrary bytes are answered in order with their payload', async () => {
    const socket = await connected();
    const payloads = ['', 'x'.repeat(125), Buffer.from([0, 255, 0xc0, 0xaf]), 'last'].map((each) => Buffer.from(each));
    for (const payload of payloads) socket.write(encodeFrame(payload, { opcode: OPCODE.ping }));
    const pongs = () => socket.frames.filter(({ opcode }) => opcode === OPCODE.pong).map(({ payload }) => payload);
    await expect.poll(() => pongs().length).toBe(payloads.length);
    expect(pongs()).toEqual(payloads);
  });

  test('[CL15] a ping between fragments is answered immediately and does not break the message', async () => {
    const socket = await connected();
    const [first, second] = fragments(PING.slice(0, 9), PING.slice(9));
    socket.write(Buffer.concat([first!, encodeFrame('between', { opcode: OPCODE.ping })]));
    await waitForText(socket, 'between');
    socket.write(second!);
    await waitForText(socket, '"ref":9');
  });

  test('[CL15] an unsolicited pong is ignored', async () => {
    await expectAnswered(Buffer.concat([encodeFrame('who?', { opcode: OPCODE.pong }), encodeFrame(PING)]));
  });
});

describe('fragments', () => {
  test('[CL13] a continuation without a message closes the connection with 1002', async () => {
    const lost = encodeFrame('x', { opcode: OPCODE.continuation });
    expect(await codeAfter(lost)).toBe(1002);
    expect(await codeAfter(Buffer.concat([encodeFrame(PING), lost]))).toBe(1002);
    expect(await codeAfter(Buffer.concat([...fragments(PING, ''), lost]))).toBe(1002);
  });

  test('[CL13] a message inside a fragmented message closes the connection with 1002', async () => {
    for (const opcode of [OPCODE.text, OPCODE.binary]) {
      const inside = encodeFrame(PING, { opcode });
      expect(await codeAfter(Buffer.concat([encodeFrame('{', { final: false }), inside]))).toBe(1002);
    }
  });

  test('[FR1] empty fragments at the start, in the middle and at the end are accepted', async () => {
    await expectAnswered(Buffer.concat(fragments('', PING.slice(0, 3), '', PING.slice(3), '')));
  });

  test('[CL9] a fragmented binary message closes the connection with 1003', async () => {
    const parts = [encodeFrame('x', { opcode: OPCODE.binary, final: false })];
    expect(await codeAfter(Buffer.concat([...parts, encodeFrame('', { opcode: OPCODE.continuation })]))).toBe(1003);
  });
});

describe('UTF-8', () => {
  const SMILE = [0xf0, 0x9f, 0x98, 0x80];

  test('[FR1] a code point may be split at any byte, with a ping between the fragments', async () => {
    for (const cut of [1, 2, 3]) {
      const socket = await connected();
      const head = [...Buffer.from('{"type":"ping","ref":9,"x":"'), ...SMILE.slice(0, cut)];
      const [first, second] = fragments(head, [...SMILE.slice(cut), ...Buffer.from('"}')]);
      socket.write(Buffer.concat([first!, encodeFrame('', { opcode: OPCODE.ping }), second!]));
      await waitForText(socket, 'bad_request');
      await waitForText(socket, '"ref":9');
      expect(socket.tcp.readyState).toBe('open');
    }
  });

  const bad: Record<string, readonly (string | readonly number[])[]> = {
    'a code point that the last fragment leaves incomplete': ['"', SMILE.slice(0, 3)],
    'a code point that the next fragment breaks off': [SMILE.slice(0, 2), '""'],
    'a stray continuation byte': [[0x80]],
    'an overlong slash': [[0xc0, 0xaf]],
    'an overlong U+0000': [[0xe0, 0x80, 0x80]],
    'a surrogate': [[0xed, 0xa0, 0x80]],
    'a surrogate pair, each by itself': [[0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    'a code point above U+10FFFF': [[0xf4, 0x90, 0x80, 0x80]],
    'a sequence of five bytes': [[0xf8, 0x88, 0x80, 0x80, 0x80]],
    'the byte 0xFF': [[0xff]],
  };
  for (const [name, parts] of Object.entries(bad)) {
    test(`[CL10] ${name} closes the connection with 1007`, async () => {
      expect(await codeAfter(Buffer.concat(fragments(...parts)))).toBe(1007);
    });
  }

  test('[FR3] a byte order mark before the JSON is refused', async () => {
    const socket = await connected();
    socket.write(encodeFrame(`\ufeff${PING}`));
    await waitForText(socket, 'bad_request');
  });
});

describe('lengths', () => {
  const frame = (bytes: number): Buffer => encodeFrame(PING.padEnd(bytes, ' '));

  for (const bytes of [125, 126, 127, 65_535, 65_536]) {
    test(`[LM1] a message of ${bytes} bytes is read`, async () => {
      await expectAnswered(frame(bytes));
    });
  }

  test('[FR1] a length in a longer form than necessary is accepted', async () => {
    await expectAnswered(frameOf([0x81, 0xfe, 0, PING.length], PING));
    await expectAnswered(frameOf([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, PING.length], PING));
  });

  const claims = {
    '65,537 bytes': [0, 0, 0, 0, 0, 1, 0, 1],
    '2³² bytes': [0, 0, 0, 1, 0, 0, 0, 0],
    '2⁵³ bytes': [0, 0x20, 0, 0, 0, 0, 0, 0],
    '2⁶³ bytes, which no length may be': [0x80, 0, 0, 0, 0, 0, 0, 0],
    '2⁶⁴ − 1 bytes': [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  };
  for (const [name, length] of Object.entries(claims)) {
    test(`[CL8] [LM1] a header that announces ${name} closes the connection with 1009 before any payload`, async () => {
      expect(await codeAfter(Buffer.from([0x81, 0xff, ...length]))).toBe(1009);
    });
  }

  test('[FR1] frames are read byte by byte and many in one packet', async () => {
    const socket = await connected();
    for (const byte of encodeFrame(PING)) socket.write(Buffer.from([byte]));
    await waitForText(socket, '"ref":9');
    const many = Array.from({ length: 50 }, (_, at) => encodeFrame(`{"type":"ping","ref":${1_000 + at}}`));
    socket.write(Buffer.concat(many));
    await waitForText(socket, '"ref":1049');
  });
});

describe('closing', () => {
  const goodbye = (code: number, reason: string | Uint8Array = ''): Buffer =>
    encodeFrame(Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]), { opcode: OPCODE.close });

  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]) {
    test(`[CL14] a close frame with ${code} is answered with ${code}`, async () => {
      expect(await codeAfter(goodbye(code, 'bye 😀'))).toBe(code);
    });
  }

  for (const code of [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]) {
    test(`[CL13] a close frame with the forbidden code ${code} is answered with 1002`, async () => {
      expect(await codeAfter(goodbye(code))).toBe(1002);
    });
  }

  test('[CL14] a close frame without a code is answered with a close frame', async () => {
    const socket = await connected();
    socket.write(encodeFrame('', { opcode: OPCODE.close }));
    expect(await socket.closeCode).toBeNull();
    expect(socket.frames.at(-1)).toMatchObject({ opcode: OPCODE.close });
    expect(socket.frames.at(-1)!.payload).toHaveLength(0);
  });

  test('[CL13] half a close code is answered with 1002, a reason that is not UTF-8 with 1007', async () => {
    expect(await codeAfter(encodeFrame(Buffer.from([3]), { opcode: OPCODE.close }))).toBe(1002);
    expect(await codeAfter(goodbye(1000, Buffer.from([0xff])))).toBe(1007);
    expect(await codeAfter(goodbye(1000, Buffer.from([0xe2, 0x82])))).toBe(1007);
  });

  test('[CL14] a close reason of 123 bytes is accepted', async () => {
    expect(await codeAfter(goodbye(1000, 'x'.repeat(123)))).toBe(1000);
  });

  test('[CL14] nothing follows the close frame, in spite of requests before and after it', async () => {
    const socket = await connected();
    const asks = Array.from({ length: 20 }, (_, at) => encodeFrame(`{"type":"ping","ref":${at + 1}}`));
    socket.write(Buffer.concat([...asks, goodbye(1000), ...asks, encodeFrame('', { opcode: OPCODE.ping })]));
    await socket.closed;
    expect(socket.frames.findIndex(({ opcode }) => opcode === OPCODE.close)).toBe(socket.frames.length - 1);
  });

  test('[CL14] a client that breaks the framing and keeps its side open is cut and releases its clientId', async () => {
    const bob = await fixture.user();
    const clientId = newClientId();
    const headers = { Authorization: `Bearer ${ada.token}` };
    await using stubborn = await openRawSocket({
      port: fixture.server.port,
      path: `/ws/${clientId}`,
      headers,
      allowHalfOpen: true,
    });
    await stubborn.head;
    stubborn.write(encodeFrame(PING, { masked: false }));
    expect(await stubborn.closeCode).toBe(1002);
    const attempt = () =>
      bob.connect({ clientId }).then(
        () => true,
        () => false,
      );
    await expect.poll(attempt, { interval: 200 }).toBe(true);
  });
});
