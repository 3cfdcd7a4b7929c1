import { err, ok, SIGNUP_MODES, type Result } from '@parley/protocol';
import type { Config } from './config.ts';
import { isAddressRange } from './http/client-address.ts';
import { MIN_SECRET_CHARS } from './limits.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const MAX_PORT = 65_535;

/** The configuration from environment variables, or every problem it has. An empty variable counts as unset. */
export function readConfig(environment: Environment): Result<Config, readonly string[]> {
  const problems: string[] = [];
  const read = reader(environment, problems);
  const config: Config = {
    port: read.integer('PORT', { min: 0, max: MAX_PORT, otherwise: 3000 }),
    host: read.text('HOST') ?? '127.0.0.1',
    dataFolder: read.text('PARLEY_DATA') ?? './data',
    publicUrl: read.origin('PARLEY_URL'),
    signup: read.choice('PARLEY_SIGNUP', SIGNUP_MODES, 'invite'),
    secret: read.secret('PARLEY_SECRET', MIN_SECRET_CHARS),
    jwtSecret: read.text('PARLEY_JWT_SECRET'),
    jwksUrl: read.httpUrl('PARLEY_JWKS_URL'),
    allowedOrigins: read.origins('PARLEY_ALLOWED_ORIGINS'),
    trustedProxies: read.addressRanges('PARLEY_TRUSTED_PROXIES'),
    rateLimits: read.choice('PARLEY_RATE_LIMITS', ['on', 'off'] as const, 'on') === 'on',
    maxConnectionsPerUser: read.integer('PARLEY_MAX_CONNECTIONS_PER_USER', { min: 1, max: 100_000, otherwise: 50 }),
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  read.refuse('DATABASE_URL', 'PostgreSQL is not supported yet');
  read.refuse('NATS_URL', 'NATS is not supported yet');
  return problems.length === 0 ? ok(config) : err(problems);
}

/** What is allowed but unwise, one sentence each. */
export function configWarnings(config: Config): string[] {
  const warnings: string[] = [];
  if (config.jwtSecret !== null && Buffer.byteLength(config.jwtSecret) < 32) {
    warnings.push('PARLEY_JWT_SECRET is shorter than 32 bytes: it can be guessed from one token.');
  }
  if (!config.rateLimits)
    warnings.push('PARLEY_RATE_LIMITS is off: passwords can be guessed as fast as they are hashed.');
  return warnings;
}

interface Span {
  readonly min: number;
  readonly max: number;
  readonly otherwise: number;
}

/** Reads variables one by one and notes what is wrong with them. */
function reader(environment: Environment, problems: string[]) {
  // Values are left out of the sentences: some are secrets, and a mistyped one may be too.
  const problem = (name: string, wants: string): null => {
    problems.push(`${name} ${wants}`);
    return null;
  };
  const text = (name: string): string | null => environment[name]?.trim() || null;
  const list = (name: string): string[] =>
    (text(name) ?? '').split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));

  return {
    text,
    integer(name: string, { min, max, otherwise }: Span): number {
      const value = text(name);
      if (value === null) return otherwise;
      if (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
      problem(name, `must be a whole number from ${min} to ${max}`);
      return otherwise;
    },
    choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
      const value = text(name);
      if (value === null) return otherwise;
      const found = choices.find((choice) => choice === value);
      if (found === undefined) problem(name, `must be one of ${choices.join(', ')}`);
      return found ?? otherwise;
    },
    secret(name: string, minChars: number): string | null {
      const value = text(name);
      return value === null || value.length >= minChars
        ? value
        : problem(name, `must have at least ${minChars} characters`);
    },
    httpUrl(name: string): string | null {
      const value = text(name);
      return value === null || isHttpUrl(value) ? value : problem(name, 'must be an http or https address');
    },
    origin(name: string): string | null {
      const value = text(name);
      return value === null ? null : (toOrigin(value) ?? problem(name, 'must be like https://chat.example.org'));
    },
    origins(name: string): string[] {
      const values = list(name).map((value) => ({ value, origin: toOrigin(value) }));
      if (values.some(({ origin }) => origin === null)) {
        problem(name, 'must be a list like https://a.example.org,https://b.example.org');
      }
      return values.flatMap(({ origin }) => origin ?? []);
    },
    addressRanges(name: string): string[] {
      const values = list(name);
      if (!values.every(isAddressRange)) problem(name, 'must be a list of addresses or ranges like 10.0.0.0/8');
      return values;
    },
    refuse(name: string, why: string): void {
      if (text(name) !== null) problem(name, `is set, but ${why}`);
    },
  };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** An origin as browsers write it; null when the text is more or less than that. */
function toOrigin(text: string): string | null {
  if (!isHttpUrl(text)) return null;
  const { origin, pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && search + hash + username + password === '' ? origin : null;
}
