import { describe, expect, test } from 'vitest';
import { configWarnings, readConfig } from './read-config.ts';

describe('configuration', () => {
  test('a server without settings listens on this machine only and requires invites', () => {
    expect(readConfig({})).toEqual({
      ok: true,
      value: {
        port: 3000,
        host: '127.0.0.1',
        dataFolder: './data',
        databaseUrl: null,
        publicUrl: null,
        signup: 'invite',
        secret: null,
        jwtSecret: null,
        jwksUrl: null,
        allowedOrigins: [],
        trustedProxies: [],
        node: null,
        natsUrl: null,
        rateLimits: true,
        maxConnectionsPerUser: 50,
        logLevel: 'info',
      },
    });
  });

  test('every variable sets its setting', () => {
    const read = readConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      PARLEY_DATA: '/var/parley',
      DATABASE_URL: 'postgresql://parley:secret@db.example.org:5432/parley?sslmode=verify-full',
      PARLEY_URL: 'https://Chat.example.org/',
      PARLEY_SIGNUP: 'open',
      PARLEY_SECRET: 'x'.repeat(32),
      PARLEY_JWT_SECRET: 'y'.repeat(32),
      PARLEY_JWKS_URL: 'https://id.example.org/jwks.json',
      PARLEY_ALLOWED_ORIGINS: 'https://a.example.org, http://localhost:5173/',
      PARLEY_TRUSTED_PROXIES: '10.0.0.0/8,::1',
      PARLEY_NODE: 'west-2.chat',
      NATS_URL: 'nats://ada:secret@one:4222, tls://two',
      PARLEY_RATE_LIMITS: 'off',
      PARLEY_MAX_CONNECTIONS_PER_USER: '3',
      LOG_LEVEL: 'silent',
    });
    expect(read).toMatchObject({
      ok: true,
      value: {
        port: 0,
        databaseUrl: 'postgresql://parley:secret@db.example.org:5432/parley?sslmode=verify-full',
        publicUrl: 'https://chat.example.org',
        allowedOrigins: ['https://a.example.org', 'http://localhost:5173'],
        trustedProxies: ['10.0.0.0/8', '::1'],
        node: 'west-2.chat',
        natsUrl: 'nats://ada:secret@one:4222, tls://two',
        rateLimits: false,
        maxConnectionsPerUser: 3,
      },
    });
  });

  test('an empty variable counts as unset', () => {
    expect(readConfig({ PORT: ' ', PARLEY_URL: '' })).toEqual(readConfig({}));
  });

  test('all problems are reported at once', () => {
    const read = readConfig({
      PORT: '70000',
      PARLEY_URL: 'chat.example.org',
      PARLEY_SIGNUP: 'anyone',
      PARLEY_SECRET: 'short',
      PARLEY_JWKS_URL: 'ftp://id.example.org',
      PARLEY_ALLOWED_ORIGINS: 'https://a.example.org,*',
      PARLEY_TRUSTED_PROXIES: '10.0.0.0/33',
      PARLEY_NODE: 'two words',
      PARLEY_RATE_LIMITS: 'no',
      PARLEY_MAX_CONNECTIONS_PER_USER: '0',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://db',
      NATS_URL: 'http://bus',
    });
    expect(read.ok ? [] : read.error.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'NATS_URL',
      'PARLEY_URL',
      'PARLEY_SIGNUP',
      'PARLEY_SECRET',
      'PARLEY_JWKS_URL',
      'PARLEY_ALLOWED_ORIGINS',
      'PARLEY_TRUSTED_PROXIES',
      'PARLEY_NODE',
      'PARLEY_RATE_LIMITS',
      'PARLEY_MAX_CONNECTIONS_PER_USER',
      'LOG_LEVEL',
    ]);
  });

  test('a problem never contains the value, which may be a secret', () => {
    const read = readConfig({ PARLEY_SECRET: 'hunter2', PARLEY_URL: 'https://user:hunter2@chat.example.org' });
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  test.each(['https://chat.example.org/team', 'https://chat.example.org/?a', 'javascript:alert(1)'])(
    'a public URL that is not exactly an origin is refused: %s',
    (url) => {
      expect(readConfig({ PARLEY_URL: url }).ok).toBe(false);
    },
  );

  test.each(['bus:4222', 'nats://', 'nats://bus/subject', 'nats://bus?tls=1', 'nats://a,,nats://b', 'ws://bus'])(
    'an invalid address of a NATS server is refused: %s',
    (url) => {
      expect(readConfig({ NATS_URL: url }).ok).toBe(false);
    },
  );

  test('a short JWT secret causes a warning', () => {
    const read = readConfig({ PARLEY_JWT_SECRET: 'secret' });
    expect(read.ok && configWarnings(read.value)).toHaveLength(1);
    const long = readConfig({ PARLEY_JWT_SECRET: 's'.repeat(32) });
    expect(long.ok && configWarnings(long.value)).toEqual([]);
  });

  test.each([
    ['neither', {}, 0],
    ['both', { DATABASE_URL: 'postgres://db', NATS_URL: 'nats://bus' }, 0],
    ['a database alone', { DATABASE_URL: 'postgres://db' }, 1],
    ['a bus alone', { NATS_URL: 'nats://bus' }, 1],
  ])('a database without a bus, or the reverse, causes a warning: %s', (_, environment, warnings) => {
    const read = readConfig(environment);
    expect(read.ok && configWarnings(read.value)).toHaveLength(warnings);
  });
});
