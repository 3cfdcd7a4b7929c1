import type { Config } from '#config/config.ts';
import {
  MAX_CONCURRENT_HASHES,
  MAX_TICKETS,
  MAX_QUEUED_HASHES,
  MAX_TRACKED_GENERAL_JOINS,
  PASSWORD_CHANGE_GRACE_MS,
} from '#limits.ts';
import type { AccountsDatabase } from '#ports/accounts-database.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Random } from '#ports/random.ts';
import type { Users } from '#ports/users.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import type { Authenticator } from './authenticator.ts';
import { createAuthenticator } from './create-authenticator.ts';
import { createDatabaseTickets } from './database-tickets.ts';
import { createGeneralMembership, type JoinsGeneral } from './default-membership.ts';
import { createInvites, type Invites } from './invites.ts';
import { createJwtVerifier } from './jwt.ts';
import { createMemoryTickets } from './memory-tickets.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { sessionCookieName } from './session-cookie.ts';
import { createSessions, type Sessions } from './sessions.ts';
import type { Tickets } from './tickets.ts';

export interface AuthDeps {
  readonly config: Pick<Config, 'publicUrl' | 'signup' | 'jwtSecret' | 'jwksUrl'>;
  /** Signs session cookies: at least `MIN_SECRET_CHARS` random characters, the same at every start. */
  readonly secret: string;
  readonly database: AccountsDatabase;
  readonly users: Users;
  readonly chat: JoinsGeneral;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Default: as many at once as the limits allow. */
  readonly passwords?: Passwords;
}

/** Accounts, sessions and tokens. */
export interface Auth {
  readonly accounts: Accounts;
  readonly authenticator: Authenticator;
  readonly invites: Invites;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
}

export function createAuth(deps: AuthDeps): Auth {
  const { bus, clock, config, database, logger, random } = deps;
  const sessions = createSessions(database.kysely, bus);
  // A single node keeps tickets in memory, which saves a write for each.
  const tickets = bus.isReliable
    ? createMemoryTickets({ clock, random, max: MAX_TICKETS })
    : createDatabaseTickets({ db: database.kysely, clock, random });
  const invites = createInvites({ db: database.kysely, clock, random });
  const generalMembership = createGeneralMembership({ chat: deps.chat, logger, max: MAX_TRACKED_GENERAL_JOINS });
  const passwords =
    deps.passwords ?? createPasswords({ maxConcurrent: MAX_CONCURRENT_HASHES, maxQueued: MAX_QUEUED_HASHES });

  async function onSessionCreated(user: string): Promise<void> {
    await generalMembership.ensure(user);
    await sessions.dropExpired(user, clock.now()).catch((error: unknown) => {
      logger.warn({ err: error }, 'expired sessions could not be deleted');
    });
  }

  return {
    accounts: createAccounts({
      ...deps,
      invites,
      passwords,
      onSessionCreated,
      onSessionDeleted: (user, session) =>
        void clock.after(PASSWORD_CHANGE_GRACE_MS, () => sessions.publishEnded(user, session)),
    }),
    authenticator: createAuthenticator({
      ...deps,
      sessions,
      tickets,
      generalMembership,
      jwt: createJwtVerifier(config, clock),
      cookieName: sessionCookieName(config.publicUrl),
    }),
    invites,
    sessions,
    tickets,
  };
}
