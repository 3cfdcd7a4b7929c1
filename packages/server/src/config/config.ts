/** The configuration, read from the environment by `readConfig`; see docs/operations.md. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  /** PostgreSQL, with its password: never logged. Null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** One or several addresses, divided by commas, perhaps with credentials: never to be logged. Null: this node is alone. */
  readonly natsUrl: string | null;
  /** Public address without a trailing slash; null when unset: then the `Host` header says what is the server's own. */
  readonly publicUrl: string | null;
  readonly signup: 'invite' | 'open' | 'closed';
  /** Null: made once and kept in the data folder, or in PostgreSQL. */
  readonly secret: string | null;
  readonly jwtSecret: string | null;
  readonly jwksUrl: string | null;
  readonly allowedOrigins: readonly string[];
  /** Addresses or CIDR ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** How metrics call this process; null: made up at each start. */
  readonly node: string | null;
  readonly rateLimits: boolean;
  readonly maxConnectionsPerUser: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}
