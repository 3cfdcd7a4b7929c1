import { describe, expect, test } from 'vitest';
import { CLOSE, closePolicy } from './connection/close-codes.ts';
import { ERROR_POLICY, HTTP_STATUS } from './errors.ts';

describe('errors', () => {
  test('[ER1] each code says whether the request may be tried again and whether the user sees it', () => {
    expect(ERROR_POLICY).toEqual({
      bad_request: { retry: false, show: true },
      too_large: { retry: false, show: true },
      not_found: { retry: false, show: true },
      forbidden: { retry: false, show: true },
      conflict: { retry: false, show: true },
      rate_limited: { retry: true, show: false },
      unavailable: { retry: true, show: false },
      internal: { retry: true, show: true },
    });
  });

  test('[HT6] every error code has an HTTP status, and refusals are never a success', () => {
    for (const code of Object.keys(ERROR_POLICY)) expect(HTTP_STATUS).toHaveProperty(code);
    for (const status of Object.values(HTTP_STATUS)) expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('closing', () => {
  test('[CL1] [CL2] [CL3] who was signed out, suspended or superseded stops', () => {
    expect([CLOSE.sessionEnded, CLOSE.suspended, CLOSE.superseded]).toEqual([4001, 4003, 4009]);
    for (const code of [4001, 4003, 4009]) expect(closePolicy(code)).toBe('stop');
  });

  test('[CL4] [CL5] [CL7] [CL10] who was too slow, silent, restarted on or garbled comes back', () => {
    expect([CLOSE.tooSlow, CLOSE.silent, CLOSE.restarting]).toEqual([4101, 4102, 1012]);
    for (const code of [4101, 4102, 1012, 1007]) expect(closePolicy(code)).toBe('reconnect');
  });

  test('[CL6] [CL8] [CL9] who did what would be refused again comes back after a pause', () => {
    expect([CLOSE.flooding, CLOSE.tooLarge, CLOSE.binary]).toEqual([4103, 1009, 1003]);
    for (const code of [4103, 1009, 1003]) expect(closePolicy(code)).toBe('reconnect-after-pause');
  });

  test('[CL12] an unknown code of 4000 to 4099 means stop, any other come back', () => {
    for (const code of [4000, 4042, 4099]) expect(closePolicy(code)).toBe('stop');
    for (const code of [1000, 1001, 1005, 1006, 1011, 3999, 4100, 4199, 4999]) {
      expect(closePolicy(code)).toBe('reconnect');
    }
  });
});
