/** The form of a PostgreSQL address, for error messages. */
export const POSTGRES_EXAMPLE = 'postgres://user:password@host:5432/database';

export function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}

/** Host, port and database, for logs and messages. */
export function withoutSecrets(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
