import { ADA, BOB, ClientFixture, GENERAL, openGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';

const namesOf = ({ diagnostics }: ClientFixture) => diagnostics.map(({ reason }) => reason);

describe('onDiagnostic', () => {
  test('onDiagnostic reports each step of an attempt, and a close with its code', async () => {
    await using fixture = new ClientFixture();
    await openGeneral(fixture);
    expect(namesOf(fixture)).toEqual(['connecting', 'awaiting-ready', 'online']);
    fixture.server.connection.close(1012);
    expect(fixture.diagnostics.at(-1)).toEqual({
      code: 6,
      reason: 'restarting',
      detail: { name: 'closed', code: 1012 },
    });
  });

  test('onDiagnostic reports the probe of a refused handshake', async () => {
    await using fixture = new ClientFixture();
    const probe = { kind: 'answered', status: 401, code: 'expired_token', retryAfterMs: null } as const;
    fixture.server.handshakeRefusal = probe;
    await fixture.online(ADA);
    expect(namesOf(fixture)).toEqual(['connecting', 'probing', 'signed-out']);
    expect(fixture.diagnostics.at(-1)?.detail).toEqual({ name: 'probed', probe });
  });

  test('onDiagnostic reports a ping without an answer as a timeout', async () => {
    await using fixture = new ClientFixture();
    await openGeneral(fixture);
    fixture.server.connection.goSilent();
    fixture.wake();
    await fixture.clock.advance(10_000);
    expect(namesOf(fixture).slice(3)).toEqual(['timeout']);
  });

  test('onDiagnostic reports a gap sync, and the reset that answers it', async () => {
    await using fixture = new ClientFixture();
    await openGeneral(fixture);
    fixture.server.maxSyncDistance = 50;
    fixture.server.connection.close();
    for (let index = 0; index < 60; index += 1) fixture.server.post(GENERAL, BOB);
    await fixture.clock.advance(2_000);
    const data = fixture.diagnostics.filter(({ code }) => code > 16);
    expect(data).toMatchObject([
      { code: 17, reason: 'gap-sync', detail: { channel: GENERAL, after: 2 } },
      { code: 18, reason: 'reset', detail: GENERAL },
    ]);
  });

  test('onDiagnostic reports a failed operation', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'send') return null;
      connection.refuse(command.ref, 'forbidden');
      return [];
    };
    const id = ada.send(GENERAL, 'no');
    await fixture.clock.advance(100);
    expect(fixture.diagnostics.at(-1)).toEqual({
      code: 19,
      reason: 'operation-failed',
      detail: { id, reason: 'forbidden' },
    });
  });

  test('onDiagnostic reports failing storage', async () => {
    await using fixture = new ClientFixture();
    const error = new Error('quota exceeded');
    fixture.storage.for = () => ({
      lastUser: () => Promise.reject(error),
      load: () => Promise.reject(error),
      save: () => Promise.reject(error),
      adopt: () => Promise.reject(error),
    });
    await fixture.online(ADA);
    expect(fixture.diagnostics).toContainEqual({ code: 20, reason: 'storage-failed', detail: error });
  });
});

describe('status', () => {
  test('the waiting status has the reason', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.connection.close(4103);
    expect(ada.status.get()).toMatchObject({ name: 'waiting', reason: 'limited' });
  });
});
