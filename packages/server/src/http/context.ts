import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Chat } from '#chat/chat.ts';
import type { Config } from '#config/config.ts';
import type { Accounts, RequestOrigin, RequestWithSession } from '#identity/accounts.ts';
import type { Authenticator, Identity } from '#identity/authenticator.ts';
import type { Invites } from '#identity/invites.ts';
import type { Sessions } from '#identity/sessions.ts';
import type { Tickets } from '#identity/tickets.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Store } from '#ports/store.ts';
import type { Users } from '#ports/users.ts';

export interface HttpDeps {
  readonly config: Pick<Config, 'publicUrl' | 'signup' | 'allowedOrigins' | 'trustedProxies' | 'rateLimits'>;
  readonly chat: Chat;
  readonly users: Users;
  readonly accounts: Accounts;
  readonly authenticator: Authenticator;
  readonly invites: Invites;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly store: Pick<Store, 'probe'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** All metrics in the Prometheus text format. */
  readonly metrics: { render(): Promise<string> };
  /** The folder of the built web client. It may be missing. */
  readonly webFolder: string;
}

export interface HttpEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** The client's IP address. */
    address: string;
    /** The authenticated user; set by `requireUser`. */
    identity: Identity;
  };
}

export function actorOf(c: Context<HttpEnv>): Actor {
  const { user } = c.get('identity');
  return { user: user.id, role: user.role };
}

export function requestOrigin(c: Context<HttpEnv>): RequestOrigin {
  return { address: c.get('address'), userAgent: c.req.header('user-agent') ?? null };
}

export function requestWithSession(c: Context<HttpEnv>): RequestWithSession {
  const { authorization = null, cookie = null } = c.req.header();
  return { ...requestOrigin(c), authorization, cookie };
}
