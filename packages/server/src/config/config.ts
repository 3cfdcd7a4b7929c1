/** The configuration, read from the environment by `readConfig`; see docs/operations.md. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  /** Address of PostgreSQL, with its password: never log it. Null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** Addresses of NATS, separated by commas, possibly with credentials: never log them. Null: this node is alone. */
  readonly natsUrl: string | null;
  /** Public URL without a trailing slash. Null: the `Host` header determines the server's own origin. */
  readonly publicUrl: string | null;
  readonly signup: 'invite' | 'open' | 'closed';
  /** Null: generated once and stored in the data folder, or in PostgreSQL. */
  readonly secret: string | null;
  readonly jwtSecret: string | null;
  readonly jwksUrl: string | null;
  readonly allowedOrigins: readonly string[];
  /** Addresses or CIDR ranges whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly string[];
  /** Name of this process in metrics. Null: random at each start. */
  readonly node: string | null;
  readonly rateLimits: boolean;
  readonly maxConnectionsPerUser: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}
