import type { Mutant } from './mutant.ts';
import { ACCESS_MUTANTS } from './mutants/access.ts';
import { CHANNELS_MUTANTS } from './mutants/channels.ts';
import { CLIENT_CONNECTION_MUTANTS } from './mutants/client-connection.ts';
import { CLIENT_OUTBOX_MUTANTS } from './mutants/client-outbox.ts';
import { CLIENT_REPLICA_MUTANTS } from './mutants/client-replica.ts';
import { CLUSTER_MUTANTS } from './mutants/cluster.ts';
import { CONNECTIONS_MUTANTS } from './mutants/connections.ts';
import { FANOUT_MUTANTS } from './mutants/fanout.ts';
import { FEED_MUTANTS } from './mutants/feed.ts';
import { LOG_MUTANTS } from './mutants/log.ts';
import { MESSAGES_MUTANTS } from './mutants/messages.ts';
import { READING_MUTANTS } from './mutants/reading.ts';
import { SESSIONS_MUTANTS } from './mutants/sessions.ts';
import { SYNC_MUTANTS } from './mutants/sync.ts';

/** The simulation must detect each within the seeds of an ordinary test run. */
export const MUTANTS: readonly Mutant[] = [
  ...LOG_MUTANTS,
  ...FEED_MUTANTS,
  ...ACCESS_MUTANTS,
  ...MESSAGES_MUTANTS,
  ...CHANNELS_MUTANTS,
  ...READING_MUTANTS,
  ...SYNC_MUTANTS,
  ...FANOUT_MUTANTS,
  ...CONNECTIONS_MUTANTS,
  ...SESSIONS_MUTANTS,
  ...CLUSTER_MUTANTS,
  ...CLIENT_REPLICA_MUTANTS,
  ...CLIENT_OUTBOX_MUTANTS,
  ...CLIENT_CONNECTION_MUTANTS,
];
