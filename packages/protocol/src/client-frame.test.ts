import { describe, expect, test } from 'vitest';
import { decodeClientFrame } from './client-frame.ts';
import { MAX_BODY_CHARS, MAX_EMOJI_CHARS, MAX_HISTORY_MESSAGES, MAX_SYNC_EVENTS } from './limits.ts';

const id = '6f1f7a3e-90ab-4c4e-8d1b-0a1b2c3d4e5f';
const send = { type: 'send', ref: 1, channel: 'c_1', id, body: 'hello' };

function decode(frame: object) {
  return decodeClientFrame(JSON.stringify(frame));
}

function refusal(text: string) {
  const decoded = decodeClientFrame(text);
  return decoded.ok ? 'accepted' : decoded.error;
}

const BAD_FRAMES: Record<string, string> = {
  'nothing at all': '',
  'no JSON': 'hello',
  NaN: 'NaN',
  'NaN inside': '{"type":"ping","ref":NaN}',
  'JSON with something after it': '{"type":"ping","ref":1}{}',
  'two frames on two lines': '{"type":"ping","ref":1}\n{"type":"ping","ref":2}',
  null: 'null',
  'a number': '42',
  'a string': '"ping"',
  'an array': '[]',
  'an array of frames': '[{"type":"ping","ref":1}]',
  'an object without type': '{"ref":1}',
  'an unknown type': '{"type":"shout","ref":1}',
  'the type of a server frame': '{"type":"ready","ref":1}',
  'a type inherited by every object': '{"type":"constructor","ref":1}',
  'type __proto__': '{"type":"__proto__","ref":1}',
  'an array as type': '{"type":["ping"],"ref":1}',
  'a type in other letters': '{"type":"Ping","ref":1}',
  '100,000 nested arrays': '['.repeat(100_000) + ']'.repeat(100_000),
  '100,000 open brackets': '['.repeat(100_000),
  'objects nested 20,000 deep as type': `{"type":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
  'objects nested 20,000 deep as body': `{"type":"send","channel":"c","id":"${id}","body":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
};

for (const [name, text] of Object.entries(BAD_FRAMES)) {
  test(`[FR3] ${name} is refused`, () => {
    expect(refusal(text)).toMatchObject({ code: 'bad_request' });
  });
}

const BAD_FIELDS: Record<string, object> = {
  'an object for a channel': { ...send, channel: { $ne: null } },
  'an array for a channel': { ...send, channel: ['c_1'] },
  'a number for a channel': { ...send, channel: 1 },
  'an empty channel': { ...send, channel: '' },
  'a channel with a wildcard': { ...send, channel: 'c.>' },
  'a channel with a path': { ...send, channel: '../c_1' },
  'a channel with a line feed at its end': { ...send, channel: 'c_1\n' },
  'an object for a body': { ...send, body: { toString: 'x' } },
  'null for a body': { ...send, body: null },
  'an empty body': { ...send, body: '' },
  'a body of blanks': { ...send, body: ' \t\n\u00a0\u2003\ufeff' },
  'an id that is no UUID': { ...send, id: 'abc' },
  'a UUID in braces': { ...send, id: `{${id}}` },
  'a UUID with a line feed': { ...send, id: `${id}\n` },
  'a UUID as an array': { ...send, id: [id] },
  'a thread that is no UUID': { ...send, thread: 'c_1' },
  'null for a thread': { ...send, thread: null },
  'null for ref': { ...send, ref: null },
  'text for ref': { ...send, ref: '1' },
  'ref 0': { ...send, ref: 0 },
  'a negative ref': { ...send, ref: -1 },
  'half a ref': { ...send, ref: 1.5 },
  'text for on': { type: 'typing', channel: 'c_1', on: 'true' },
  'a number for on': { type: 'typing', channel: 'c_1', on: 1 },
  'a cursor before the first event': { type: 'read', ref: 1, channel: 'c_1', seq: -1 },
  'half a cursor': { type: 'read', ref: 1, channel: 'c_1', seq: 0.5 },
  'text for after': { type: 'sync', ref: 1, channel: 'c_1', after: '0' },
  'no after': { type: 'sync', ref: 1, channel: 'c_1' },
  'limit 0': { type: 'sync', ref: 1, channel: 'c_1', after: 0, limit: 0 },
  'more events than one reply has': { type: 'sync', ref: 1, channel: 'c_1', after: 0, limit: MAX_SYNC_EVENTS + 1 },
  'more messages than one reply has': { type: 'history', ref: 1, channel: 'c_1', limit: MAX_HISTORY_MESSAGES + 1 },
  'history before the first event': { type: 'history', ref: 1, channel: 'c_1', before: 0 },
  'an emoji on two lines': { type: 'react', ref: 1, channel: 'c_1', id, emoji: 'a\nb' },
  'an emoji that turns the direction': { type: 'react', ref: 1, channel: 'c_1', id, emoji: '\u202e👍' },
  'a blank emoji': { type: 'react', ref: 1, channel: 'c_1', id, emoji: ' ' },
};

for (const [name, frame] of Object.entries(BAD_FIELDS)) {
  test(`[FR3] ${name} is refused`, () => {
    expect(refusal(JSON.stringify(frame))).toMatchObject({ code: 'bad_request' });
  });
}

describe('ref', () => {
  test('[FR5] numbers beyond the safe integers of JavaScript are refused', () => {
    expect(refusal('{"type":"ping","ref":9007199254740991}')).toBe('accepted');
    for (const ref of ['9007199254740992', '1e400', '-1e400', '1e16']) {
      const error = refusal(`{"type":"ping","ref":${ref}}`);
      expect(error, ref).toMatchObject({ code: 'bad_request' });
      expect(error, ref).not.toHaveProperty('ref');
    }
  });

  test('[FR6] a query requires a ref, a command does not', () => {
    expect(decode({ type: 'ping' }).ok).toBe(false);
    expect(decode({ type: 'sync', channel: 'c_1', after: 0 }).ok).toBe(false);
    expect(decode({ type: 'history', channel: 'c_1' }).ok).toBe(false);
    const { ref: _ref, ...withoutRef } = send;
    expect(decode(withoutRef).ok).toBe(true);
    expect(decode({ type: 'typing', channel: 'c_1', on: true }).ok).toBe(true);
  });

  test('[FR7] the error of a malformed frame has its ref if that can be read', () => {
    expect(refusal('{"type":"shout","ref":7}')).toMatchObject({ ref: 7 });
    expect(refusal('{"type":"send","ref":8}')).toMatchObject({ ref: 8 });
    expect(refusal('{"ref":9}')).toMatchObject({ ref: 9 });
  });

  test('[FR7] the error of a frame without a readable ref has none', () => {
    for (const text of ['', '[1]', '{"type":"shout"}', '{"type":"shout","ref":"7"}', '{"type":"shout","ref":-7}']) {
      expect(refusal(text), text).not.toHaveProperty('ref');
    }
  });
});

describe('unknown fields and duplicate keys', () => {
  test('[FR4] a field that the command does not have is refused', () => {
    expect(decode({ ...send, at: 1 })).toMatchObject({ ok: false, error: { code: 'bad_request', ref: 1 } });
    expect(decode({ type: 'ping', ref: 1, constructor: 1 })).toMatchObject({ ok: false });
  });

  test('[FR9] __proto__ is an unknown field and gives no field its value', () => {
    expect(refusal('{"type":"ping","ref":1,"__proto__":{}}')).toMatchObject({ code: 'bad_request' });
    expect(refusal('{"__proto__":{"type":"ping","ref":1}}')).toMatchObject({ code: 'bad_request' });
    expect(({} as { ref?: number }).ref).toBeUndefined();
  });

  test('[FR9] the last of two equal keys counts', () => {
    expect(decodeClientFrame('{"type":"ping","ref":1,"ref":2}')).toEqual({ ok: true, value: { type: 'ping', ref: 2 } });
    expect(refusal('{"type":"ping","ref":1,"type":"shout"}')).toMatchObject({ code: 'bad_request', ref: 1 });
  });
});

describe('texts', () => {
  test('[FR8] a lone surrogate and U+0000 are refused in every text', () => {
    for (const text of ['\ud83d', 'a\udc4d', '\udc4d\ud83d', 'a\0b']) {
      expect(decode({ ...send, body: text }), JSON.stringify(text)).toMatchObject({ ok: false });
      expect(decode({ type: 'react', channel: 'c_1', id, emoji: text }), JSON.stringify(text)).toMatchObject({
        ok: false,
      });
    }
    expect(refusal('{"type":"send","channel":"c_1","id":"' + id + '","body":"\\ud83d"}')).toMatchObject({
      code: 'bad_request',
    });
  });

  test('[FR13] a body is kept unchanged', () => {
    for (const body of [
      '  indented\n\n',
      'a\r\nb',
      '👩‍👩‍👧‍👦',
      '\u202eabc',
      'e\u0301 is not \u00e9',
      '<script>alert(1)</script>',
      '\ufeffa',
    ]) {
      expect(decode({ ...send, body })).toMatchObject({ ok: true, value: { body } });
    }
  });

  test('[FR13] a body of exactly the limit is accepted, one more is too large', () => {
    expect(decode({ ...send, body: 'x'.repeat(MAX_BODY_CHARS) }).ok).toBe(true);
    expect(refusal(JSON.stringify({ ...send, body: 'x'.repeat(MAX_BODY_CHARS + 1) }))).toMatchObject({
      code: 'too_large',
      ref: 1,
    });
  });

  test('[FR13] the limit counts UTF-16 code units: a smiley is two', () => {
    expect(decode({ ...send, body: '😀'.repeat(MAX_BODY_CHARS / 2) }).ok).toBe(true);
    expect(decode({ ...send, body: `${'😀'.repeat(MAX_BODY_CHARS / 2)}x` })).toMatchObject({
      error: { code: 'too_large' },
    });
  });

  test('[FR13] whitespace beyond the limit is too large, not trimmed', () => {
    expect(decode({ ...send, body: `x${' '.repeat(MAX_BODY_CHARS)}` })).toMatchObject({ error: { code: 'too_large' } });
  });

  test('[FR14] an emoji of exactly the limit is accepted, one more is not', () => {
    const react = { type: 'react', channel: 'c_1', id };
    expect(decode({ ...react, emoji: 'x'.repeat(MAX_EMOJI_CHARS) }).ok).toBe(true);
    expect(decode({ ...react, emoji: 'x'.repeat(MAX_EMOJI_CHARS + 1) })).toMatchObject({
      error: { code: 'too_large' },
    });
  });

  test('[FR11] an id has up to 64 letters, digits, underscores and hyphens', () => {
    expect(decode({ ...send, channel: `c_${'x'.repeat(62)}` }).ok).toBe(true);
    expect(decode({ ...send, channel: `c_${'x'.repeat(63)}` }).ok).toBe(false);
    expect(decode({ ...send, channel: 'c ä' }).ok).toBe(false);
  });

  test('[FR12] a UUID of any version, in any case, is kept unchanged', () => {
    for (const uuid of [
      id.toUpperCase(),
      '00000000-0000-0000-0000-000000000000',
      '018f3a5c-7c1e-7b4a-BB1c-3b2f0a9d8e7f',
    ]) {
      expect(decode({ ...send, id: uuid })).toMatchObject({ ok: true, value: { id: uuid } });
    }
  });
});

describe('dependent fields', () => {
  test('[SD2] a send names either channel or to', () => {
    const { channel: _channel, ...rest } = send;
    expect(decode({ ...rest, to: 'u_1' }).ok).toBe(true);
    expect(decode(rest)).toMatchObject({ ok: false, error: { code: 'bad_request', ref: 1 } });
    expect(decode({ ...send, to: 'u_1' })).toMatchObject({ ok: false, error: { code: 'bad_request', ref: 1 } });
  });

  test('[SD11] only an empty list of attachments is accepted', () => {
    expect(decode({ ...send, attachments: [] }).ok).toBe(true);
    expect(decode({ ...send, attachments: ['f_1'] })).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });

  test('[SY4] history has at most one anchor', () => {
    const history = { type: 'history', ref: 1, channel: 'c_1' };
    expect(decode({ ...history, before: 5 }).ok).toBe(true);
    expect(decode({ ...history, after: 0 }).ok).toBe(true);
    expect(decode({ ...history, before: 5, after: 1 }).ok).toBe(false);
    expect(decode({ ...history, around: 5, after: 1 }).ok).toBe(false);
  });
});
