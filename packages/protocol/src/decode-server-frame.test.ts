import { expect, test } from 'vitest';
import { decodeServerFrame, isLogEvent } from './decode-server-frame.ts';

const message = { type: 'message', channel: 'c_1', seq: 1, at: 1, by: 'u_1', message: { id: 'm', body: 'x' } };

test('[FR2] unknown frame types, and names of the object prototype, are ignored', () => {
  for (const type of ['hologram', 'toString', '__proto__', 'constructor', 'hasOwnProperty', '']) {
    expect(decodeServerFrame(JSON.stringify({ type })), type).toBeNull();
  }
});

test('[FR2] a text that is no frame is ignored', () => {
  for (const text of [
    '',
    'x',
    'null',
    '1',
    '"ready"',
    '[]',
    '[{"type":"removed","channel":"c"}]',
    '{}',
    '{"type":1}',
  ]) {
    expect(decodeServerFrame(text), text).toBeNull();
  }
});

test('[FR2] a frame with a required field missing, null or of another type is ignored', () => {
  expect(decodeServerFrame(JSON.stringify(message))).toEqual(message);
  for (const field of ['channel', 'seq', 'at', 'by', 'message']) {
    expect(decodeServerFrame(JSON.stringify({ ...message, [field]: undefined })), field).toBeNull();
    expect(decodeServerFrame(JSON.stringify({ ...message, [field]: null })), field).toBeNull();
    expect(decodeServerFrame(JSON.stringify({ ...message, [field]: false })), field).toBeNull();
  }
});

test('[LG2] log events are distinguished from replies and private frames', () => {
  const removed = decodeServerFrame('{"type":"removed","channel":"c_1"}');
  const event = decodeServerFrame(JSON.stringify(message));
  expect(removed !== null && isLogEvent(removed)).toBe(false);
  expect(event !== null && isLogEvent(event)).toBe(true);
});
