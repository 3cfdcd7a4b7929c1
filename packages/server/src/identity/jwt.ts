import { userName } from '@parley/protocol';
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { JWKS_TIMEOUT_MS, JWT_CLOCK_TOLERANCE_S, MAX_SUBJECT_CHARS, MAX_VERIFIED_JWTS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { VerifiedJwtCache } from './verified-jwt-cache.ts';

/** The verified claims of a JWT. `subject` is the user's id in another application. */
export interface JwtClaims {
  readonly subject: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface JwtVerifier {
  /** Rejects with `StoreUnavailable` when the key set can't be fetched. */
  verify(token: string): Promise<JwtClaims | 'expired' | 'invalid'>;
}

const DEFAULT_NAME = 'Guest';
/** Algorithms for a key set. HS256 is not among them: its keys are public, so anyone could sign with them. */
const ASYMMETRIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

export interface JwtKeys {
  readonly jwtSecret: string | null;
  readonly jwksUrl: string | null;
}

/** True for three parts separated by dots. None of our own tokens looks like this. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

export function createJwtVerifier({ jwtSecret, jwksUrl }: JwtKeys, clock: Clock): JwtVerifier {
  const secret = jwtSecret === null ? null : new TextEncoder().encode(jwtSecret);
  const keySet = jwksUrl === null ? null : createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: JWKS_TIMEOUT_MS });

  const verified = new VerifiedJwtCache(MAX_VERIFIED_JWTS);

  async function payloadOf(token: string): Promise<JWTPayload | null> {
    // Caches only tokens signed with the secret, because a key of a key set can be revoked. The token contains its expiry.
    if (verified.has(token)) return decodeJwt(token);
    const { alg } = decodeProtectedHeader(token);
    const options = { clockTolerance: JWT_CLOCK_TOLERANCE_S, currentDate: new Date(clock.now()) };
    if (alg === 'HS256') {
      if (secret === null) return null;
      const { payload } = await jwtVerify(token, secret, { ...options, algorithms: ['HS256'] });
      verified.add(token);
      return payload;
    }
    return (
      keySet &&
      (await jwtVerify(token, reportingUnavailable(keySet), { ...options, algorithms: ASYMMETRIC_ALGORITHMS })).payload
    );
  }

  return {
    async verify(token) {
      try {
        const payload = await payloadOf(token);
        return payload === null ? 'invalid' : readClaims(payload, clock.now());
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        return error instanceof errors.JWTExpired && isSubject(error.payload.sub) ? 'expired' : 'invalid';
      }
    },
  };
}

function readClaims({ sub, exp, name }: JWTPayload, nowMs: number): JwtClaims | 'expired' | 'invalid' {
  if (!isSubject(sub) || exp === undefined || !Number.isFinite(exp)) return 'invalid';
  const expiresAt = Math.floor(exp * 1000);
  // The tolerance applies to `nbf` only. `exp` is exact.
  if (expiresAt <= nowMs) return 'expired';
  return { subject: sub, name: userName.safeParse(name).data ?? DEFAULT_NAME, expiresAt };
}

function isSubject(sub: unknown): sub is string {
  return (
    typeof sub === 'string' &&
    sub !== '' &&
    sub.length <= MAX_SUBJECT_CHARS &&
    sub.isWellFormed() &&
    !sub.includes('\0')
  );
}

/** Reports an unreachable key set as `StoreUnavailable`: the token may be valid, so it must not be called invalid. */
function reportingUnavailable(keySet: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (error) {
      const isAboutToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      if (isAboutToken) throw error;
      throw new StoreUnavailable('the key set of PARLEY_JWKS_URL could not be fetched', { cause: error });
    }
  };
}
