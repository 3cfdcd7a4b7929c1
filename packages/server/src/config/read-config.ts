import { err, ok, SIGNUP_MODES, type Result } from '@parley/protocol';
import { isAddressRange } from '#client-address.ts';
import { MIN_SECRET_CHARS } from '#limits.ts';
import type { Config } from './config.ts';
import { isPostgresUrl, POSTGRES_EXAMPLE } from './postgres-url.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const NATS_EXAMPLE = 'nats://user:password@host:4222, or a list of such addresses separated by commas';

/** The configuration from environment variables, or all of its problems. An empty variable counts as unset. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Result<Config, readonly string[]> {
  const problems: string[] = [];
  function read<T, D>(name: string, parse: Parser<T>, fallback: D): T | D {
    const text = environment[name]?.trim() ?? '';
    if (text === '') return fallback;
    const parsed = parse(text);
    // The message omits the value, which may be a secret, also one that was set in the wrong variable.
    if (!parsed.ok) problems.push(`${name} ${parsed.error}`);
    return parsed.ok ? parsed.value : fallback;
  }
  const config: Config = {
    port: read('PORT', integer(0, 65_535), 3000),
    host: read('HOST', ok, '127.0.0.1'),
    dataFolder: read('PARLEY_DATA', ok, './data'),
    databaseUrl: read('DATABASE_URL', postgresUrl, null),
    natsUrl: read('NATS_URL', natsUrl, null),
    publicUrl: read('PARLEY_URL', origin, null),
    signup: read('PARLEY_SIGNUP', oneOf(SIGNUP_MODES), 'invite'),
    secret: read('PARLEY_SECRET', secret, null),
    jwtSecret: read('PARLEY_JWT_SECRET', ok, null),
    jwksUrl: read('PARLEY_JWKS_URL', httpUrl, null),
    allowedOrigins: read('PARLEY_ALLOWED_ORIGINS', listOf(origin), []),
    trustedProxies: read('PARLEY_TRUSTED_PROXIES', listOf(addressRange), []),
    node: read('PARLEY_NODE', nodeName, null),
    rateLimits: read('PARLEY_RATE_LIMITS', oneOf(['on', 'off']), 'on') === 'on',
    maxConnectionsPerUser: read('PARLEY_MAX_CONNECTIONS_PER_USER', integer(1, 100_000), 50),
    logLevel: read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
  };
  return problems.length === 0 ? ok(config) : err(problems);
}

/** Warnings about settings that are allowed but unsafe, one sentence each. */
export function configWarnings({ databaseUrl, natsUrl, jwtSecret, rateLimits }: Config): string[] {
  const warnings: string[] = [];
  if (jwtSecret !== null && Buffer.byteLength(jwtSecret) < 32) {
    warnings.push('PARLEY_JWT_SECRET is shorter than 32 bytes: anyone who has one token can guess it.');
  }
  if (!rateLimits) warnings.push('PARLEY_RATE_LIMITS is off: passwords can be guessed as fast as they are hashed.');
  if (natsUrl !== null && databaseUrl === null) {
    warnings.push(
      'NATS_URL is set without DATABASE_URL: each node has a data folder of its own, so they share no data.',
    );
  }
  if (databaseUrl !== null && natsUrl === null) {
    warnings.push('DATABASE_URL is set without NATS_URL: several nodes would exchange events late, and typing never.');
  }
  return warnings;
}

/** The value, or the problem: the end of a sentence that begins with the name of the variable. */
type Parser<T> = (text: string) => Result<T, string>;

function integer(min: number, max: number): Parser<number> {
  return (text) => {
    const isInside = /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
    return isInside ? ok(Number(text)) : err(`must be a whole number from ${min} to ${max}`);
  };
}

function oneOf<T extends string>(choices: readonly T[]): Parser<T> {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    return choice === undefined ? err(`must be one of ${choices.join(', ')}`) : ok(choice);
  };
}

function listOf<T>(parse: Parser<T>): Parser<readonly T[]> {
  return (text) => {
    const items = text.split(',').map((item) => item.trim());
    const parsed = items.filter((item) => item !== '').map(parse);
    const problem = parsed.find((item) => !item.ok);
    if (problem?.ok === false) return err(`is a list, separated by commas, and each item ${problem.error}`);
    return ok(parsed.flatMap((item) => (item.ok ? [item.value] : [])));
  };
}

function nodeName(text: string): Result<string, string> {
  return /^[\w.-]{1,64}$/.test(text) ? ok(text) : err('must be 1 to 64 letters, digits, dots, _ or -');
}

function secret(text: string): Result<string, string> {
  return text.length >= MIN_SECRET_CHARS ? ok(text) : err(`must have at least ${MIN_SECRET_CHARS} characters`);
}

function httpUrl(text: string): Result<string, string> {
  const isHttp = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return isHttp ? ok(text) : err('must be an http or https address');
}

function postgresUrl(text: string): Result<string, string> {
  return isPostgresUrl(text) ? ok(text) : err(`must be like ${POSTGRES_EXAMPLE}`);
}

function natsUrl(text: string): Result<string, string> {
  const isNats = (part: string) => URL.canParse(part) && isNatsAddress(new URL(part));
  return text.split(',').every((part) => isNats(part.trim())) ? ok(text) : err(`must be like ${NATS_EXAMPLE}`);
}

/** Refuses a path or query, because it would be ignored silently. */
function isNatsAddress({ protocol, hostname, pathname, search, hash }: URL): boolean {
  return /^(?:nats|tls):$/.test(protocol) && hostname !== '' && /^\/?$/.test(pathname) && search + hash === '';
}

/** Scheme, host and port as browsers write them. Refuses a path or a password, because it would be ignored silently. */
function origin(text: string): Result<string, string> {
  if (httpUrl(text).ok) {
    const { origin, pathname, search, hash, username, password } = new URL(text);
    if (pathname === '/' && search + hash + username + password === '') return ok(origin);
  }
  return err('must be like https://chat.example.org');
}

function addressRange(text: string): Result<string, string> {
  return isAddressRange(text) ? ok(text) : err('must be an address, or a range like 10.0.0.0/8');
}
