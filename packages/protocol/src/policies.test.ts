import { describe, expect, test } from 'vitest';
import { CLOSE, closePolicy } from './connection/close-codes.ts';
import { ERROR_POLICY, HTTP_STATUS } from './errors.ts';

describe('error policies', () => {
  test('[ER1] each error code defines whether a request may be retried and whether the user sees it', () => {
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

  test('[HT6] every error code has an HTTP status of 400 or more', () => {
    for (const code of Object.keys(ERROR_POLICY)) expect(HTTP_STATUS).toHaveProperty(code);
    for (const status of Object.values(HTTP_STATUS)) expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('close policies', () => {
  test('[CL1] [CL2] [CL3] a client that was signed out, suspended or superseded stops', () => {
    expect([CLOSE.sessionEnded, CLOSE.suspended, CLOSE.superseded]).toEqual([4001, 4003, 4009]);
    for (const code of [4001, 4003, 4009]) expect(closePolicy(code)).toBe('stop');
  });

  test('[CL4] [CL5] [CL7] [CL10] a client that was too slow or silent, or met a restart or bad data, reconnects', () => {
    expect([CLOSE.tooSlow, CLOSE.silent, CLOSE.restarting]).toEqual([4101, 4102, 1012]);
    for (const code of [4101, 4102, 1012, 1007]) expect(closePolicy(code)).toBe('reconnect');
  });

  test('[CL6] [CL8] [CL9] a client that broke a limit reconnects after a pause', () => {
    expect([CLOSE.flooding, CLOSE.tooLarge, CLOSE.binary]).toEqual([4103, 1009, 1003]);
    for (const code of [4103, 1009, 1003]) expect(closePolicy(code)).toBe('reconnect-after-pause');
  });

  test('[CL12] an unknown code from 4000 to 4099 means stop, any other means reconnect', () => {
    for (const code of [4000, 4042, 4099]) expect(closePolicy(code)).toBe('stop');
    for (const code of [1000, 1001, 1005, 1006, 1011, 3999, 4100, 4199, 4999]) {
      expect(closePolicy(code)).toBe('reconnect');
    }
  });
});
