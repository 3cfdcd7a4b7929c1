import { createHmac } from 'node:crypto';

/** The `PARLEY_JWT_SECRET` of every server that tests and benchmarks start. */
export const JWT_SECRET = 'a secret that all servers of tests share';

const DAY_S = 86_400;

export interface JwtOptions {
  readonly secret?: string;
  readonly header?: object;
}

/** Signed by hand, so that tests can make invalid ones too. `exp` is one day ahead unless `claims` has another. */
export function jwt(
  claims: object,
  { secret = JWT_SECRET, header = { alg: 'HS256', typ: 'JWT' } }: JwtOptions = {},
): string {
  const exp = Math.floor(Date.now() / 1_000) + DAY_S;
  const signed = [header, { exp, ...claims }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac('sha256', secret).update(signed.join('.')).digest('base64url');
  return [...signed, signature].join('.');
}
