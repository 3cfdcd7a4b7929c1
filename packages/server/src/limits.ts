/**
 * Every limit of the server that is not part of the wire, by feature. The limits of the wire are in `@parley/protocol`.
 * `_MS` is milliseconds, `_S` seconds; `_CHARS` counts UTF-16 code units.
 */

// ── Requests, handshakes and sockets ─────────────────────────────────────────────────────────────────────────────────

/** Longest a request may take from its first byte to the end of its headers, and a handshake until its response. */
export const MAX_HANDSHAKE_MS = 5_000;
export const MAX_HEADER_BYTES = 16_384;
/** How long an idle HTTP connection stays open: longer than a proxy keeps one, which must be the first to close it. */
export const KEEP_ALIVE_MS = 75_000;
/** Connections that wait to be accepted. All clients reconnect at once after a restart. The kernel may allow fewer. */
export const LISTEN_BACKLOG = 4_096;
/** Connections per client address. All addresses of an IPv6 /64 count as one. */
export const MAX_CONNECTIONS_PER_ADDRESS = 10_000;
/** Values of the `Retry-After` header, in seconds. */
export const RETRY_AFTER_S = { tooManyConnections: 10, draining: 2, rateLimited: 30 } as const;
/** Longest one WebSocket message may take from its first byte to its last. */
export const MAX_ASSEMBLY_MS = 10_000;
/** Fragments of one WebSocket message. */
export const MAX_FRAGMENTS = 64;
/** Bytes queued for one socket, or waiting for its `ready`. A client that reads more slowly is closed with 4101. */
export const MAX_SEND_QUEUE_BYTES = 1_048_576;
/** After a close frame, how long the peer has to answer before the socket is destroyed. */
export const CLOSE_GRACE_MS = 2_000;
/** The same for a slow reader, which first has to read what is queued. */
export const SLOW_CLOSE_GRACE_MS = 10_000;

// ── Commands and replies ─────────────────────────────────────────────────────────────────────────────────────────────

/** Commands of one connection that wait for their reply. Further ones are refused with `rate_limited`. */
export const MAX_OUTSTANDING_COMMANDS = 1_024;
/** Text of those commands: bounds the memory of one connection and its share of one commit. */
export const MAX_OUTSTANDING_CHARS = 262_144;
/** JSON of one reply to `sync` or `history`. In UTF-8 it has at most three times as many bytes. */
export const MAX_REPLY_CHARS = 200_000;
/** While more than this is queued for a socket, its next `sync` or `history` does not start. */
export const BULK_REPLY_HIGH_WATER_BYTES = 262_144;
/** A `sync` from a position further behind the head than this gets `reset`, in events. */
export const MAX_SYNC_DISTANCE = 10_000;
/** Cached JSON of the ends of logs that were requested recently, per channel and in total. */
export const MAX_CACHED_EVENT_CHARS_PER_CHANNEL = 100_000;
export const MAX_CACHED_EVENT_CHARS = 8_000_000;

// ── Rate limits: token buckets, `burst` at once, then `perSecond` ────────────────────────────────────────────────────

/** Commands of one connection. */
export const COMMAND_RATE = { burst: 600, perSecond: 60 } as const;
/** Frames of any kind, including pings and refused ones. An empty bucket closes the connection with 4103. */
export const FLOOD_RATE = { burst: 3_000, perSecond: 300 } as const;
/** Sign-in attempts for one account from one address. */
export const SIGN_IN_RATE_PER_ACCOUNT = { burst: 10, perSecond: 1 / 30 } as const;
export const SIGN_IN_RATE_PER_ADDRESS = { burst: 100, perSecond: 0.5 } as const;
export const SIGN_UP_RATE_PER_ADDRESS = { burst: 100, perSecond: 0.2 } as const;
export const HTTP_RATE_PER_ADDRESS = { burst: 1_000, perSecond: 100 } as const;
/** Buckets kept in memory. The least recently used one is dropped first: it is the fullest, or nearly. */
export const MAX_RATE_BUCKETS = 50_000;

// ── Log: group commit and fan-out ────────────────────────────────────────────────────────────────────────────────────

/** Drafts stored in one transaction. */
export const MAX_GROUP_COMMIT = 2_000;
/** Drafts that wait for a commit. Further ones are refused with `unavailable`. */
export const MAX_QUEUED_DRAFTS = 20_000;
/** Immediate retries of a failed commit. After them its commands are refused with `unavailable`. */
export const MAX_COMMIT_RETRIES = 1;
/**
 * After a fan-out of several events the next one waits for this share of its duration, between the two bounds; below the
 * lower one it does not wait. One write per socket then carries more events.
 */
export const FLUSH_THROTTLE_RATIO = 0.1;
export const MIN_FLUSH_THROTTLE_MS = 1;
export const MAX_FLUSH_THROTTLE_MS = 10;

// ── Feed: detects and fills gaps where the bus may lose messages ─────────────────────────────────────────────────────

/** Interval at which a node compares the heads of its subscribed channels with the store. */
export const FEED_SWEEP_MS = 1_000;
/** How long stored events may still arrive on the bus before the feed reads them from the store. */
export const FEED_GRACE_MS = 250;
/** Pause before a feed retries to fill its gap after the store failed. */
export const FEED_RETRY_MS = 500;
/** Events that one feed buffers behind a gap. Further ones are dropped and read from the store later. */
export const MAX_FEED_BUFFERED_EVENTS = 10_000;

// ── Presence and typing ──────────────────────────────────────────────────────────────────────────────────────────────

/** How long a user without a connection still counts as online, so that a page reload is not visible to others. */
export const PRESENCE_LINGER_MS = 4_000;
/** How long the presence reported by another node is valid: three times the interval of its re-announcement. */
export const PRESENCE_EXPIRE_MS = 35_000;
/** A node re-announces its online users in this many slices, one with each heartbeat, to spread the messages. */
export const REANNOUNCE_SLICES = 5;
/** Users shown as typing in one channel. Further ones are ignored, so that a large channel costs no more. */
export const MAX_TYPISTS_PER_CHANNEL = 10;

// ── Cluster: liveness of nodes and reconciliation with the store ─────────────────────────────────────────────────────

export const NODE_HEARTBEAT_MS = 2_000;
/** A node without a heartbeat for this long counts as dead. */
export const NODE_DEAD_AFTER_MS = 10_000;
/** A node without a heartbeat for this long is removed from the list. Until then, dead means that it may be cut off. */
export const NODE_FORGOTTEN_AFTER_MS = 60_000;
/** A node that reaches neither the store nor another node for this long closes its connections. */
export const ISOLATION_TIMEOUT_MS = 15_000;
/** Pause between two comparisons of the local connections with the store: sessions, memberships, cursors, profiles. */
export const RECONCILE_INTERVAL_MS = 4_000;
/** The same pause after a comparison that failed. */
export const RECONCILE_RETRY_MS = 1_000;
/** Users or sessions in one query of a comparison. */
export const RECONCILE_BATCH = 500;
/** How far changed profiles are read again: a transaction can commit later than the time it writes. */
export const PROFILE_OVERLAP_MS = 10_000;
/** Samples from which the offset of the store's clock is estimated. */
export const CLOCK_SAMPLES = 16;

// ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const MAX_HTTP_BODY_BYTES = 65_536;
export const MAX_USER_SEARCH_RESULTS = 50;
/** Shortest interval at which `GET /healthz` probes the store. */
export const PROBE_INTERVAL_MS = 1_000;

// ── Accounts and sessions ────────────────────────────────────────────────────────────────────────────────────────────

/** `PARLEY_SECRET`, which signs session cookies. */
export const MIN_SECRET_CHARS = 32;
/** The longest address that SMTP can deliver to (RFC 5321). */
export const MAX_EMAIL_CHARS = 254;
/** Password hashes computed at once. Each takes 19 MiB and a thread of Node's pool. */
export const MAX_CONCURRENT_HASHES = 2;
/** Passwords that wait to be hashed. Further requests get 503. */
export const MAX_QUEUED_HASHES = 100;
export const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000;
/** A session in use is renewed at this age, and is then valid for `SESSION_LIFETIME_MS` again. */
export const SESSION_RENEW_MS = 24 * 3_600_000;
export const MAX_LISTED_SESSIONS = 100;
/** Stored part of a browser's `User-Agent`, which the list of sessions shows. */
export const MAX_USER_AGENT_CHARS = 256;
/**
 * Delay between a password change and the closing of the sockets of the ended sessions: the browser that changed it
 * stores its new cookie first, and reconnects with it.
 */
export const PASSWORD_CHANGE_GRACE_MS = 300;
/** Users whose membership of #general is remembered as ensured, or as failed and to be retried. */
export const MAX_TRACKED_GENERAL_JOINS = 100_000;
export const INVITE_CODE_BITS = 128;
export const MAX_LISTED_INVITES = 200;

// ── Tickets and JWTs ─────────────────────────────────────────────────────────────────────────────────────────────────

export const TICKET_LIFETIME_MS = 60_000;
export const TICKET_BITS = 128;
/** Tickets in memory of a server that runs alone. The oldest is dropped first. */
export const MAX_TICKETS = 100_000;
/** A longer token of any kind is invalid without being parsed. */
export const MAX_TOKEN_CHARS = 8_192;
/** `sub` of a JWT. */
export const MAX_SUBJECT_CHARS = 255;
/** JWTs whose signature is known to be valid: about 100 bytes each. */
export const MAX_VERIFIED_JWTS = 50_000;
/** How far an issuer's clock may be ahead, for `nbf`. `exp` has no tolerance. */
export const JWT_CLOCK_TOLERANCE_S = 5;
export const JWKS_TIMEOUT_MS = 5_000;

// ── Shutdown: the phases of a drain after SIGTERM ────────────────────────────────────────────────────────────────────

/** Longest duration of a drain. After it, requests in progress are cut off. */
export const DRAIN_MS = 5_000;
/** Share of the drain in which commands get their replies; then the connections are closed without. */
export const DRAIN_REPLIES_MS = 1_000;
/** Share of the drain in which new connections get 503: clients that reconnect at once learn when to retry. */
export const DRAIN_NOTICE_MS = 1_000;

// ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Connections of one node for the store's writes, and for everything else. */
export const MAX_DATABASE_WRITERS = 4;
export const MAX_DATABASE_READERS = 8;
/** Operations in the database or waiting for a connection. Further ones are refused. */
export const MAX_DATABASE_QUEUE = 10_000;
/** Longest time to establish a connection, and to wait for a free one. */
export const DATABASE_CONNECT_TIMEOUT_MS = 5_000;
/** Longest duration of one statement, including the wait for another node's lock. */
export const DATABASE_STATEMENT_TIMEOUT_MS = 5_000;
export const DATABASE_LOCK_TIMEOUT_MS = 4_000;
/** Bounds how long a node that is paused inside a transaction blocks the others. */
export const DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS = 3_000;
/** The client's own timeout, for a database that does not enforce the others: the connection is then closed. */
export const DATABASE_REPLY_TIMEOUT_MS = 6_000;
/** Retries of a transaction that conflicts with others. */
export const MAX_TRANSACTION_RETRIES = 5;

// ── NATS ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** How long the start of a node waits for NATS. After it the node works without, until NATS is reachable. */
export const BUS_START_TIMEOUT_MS = 1_000;
/** For one server of `NATS_URL`. */
export const BUS_CONNECT_TIMEOUT_MS = 3_000;
/** Backoff between connection attempts: a random time below the first value, doubling up to the second. */
export const BUS_RETRY_MS = 100;
export const BUS_RETRY_MAX_MS = 2_000;
/** Interval of pings to NATS, and how many may be unanswered before the connection is closed. */
export const BUS_PING_MS = 1_000;
export const BUS_MISSED_PINGS = 3;
/** How long another node may take to reply to a request. When no node subscribes, NATS reports that at once. */
export const BUS_REPLY_TIMEOUT_MS = 500;
/** Sent bytes after which NATS is asked for a confirmation. */
export const BUS_CONFIRM_BYTES = 262_144;
/** Bytes sent to NATS and not confirmed. Beyond this, messages are dropped. */
export const MAX_BUS_UNCONFIRMED_BYTES = 8_388_608;
/** Size of one message on the bus. A larger run of events is split; one event is always smaller. */
export const MAX_BUS_MESSAGE_BYTES = 524_288;
/** For the last messages of a node that stops. */
export const BUS_CLOSE_TIMEOUT_MS = 500;
/** Shortest interval between two log lines about the same problem of the bus. */
export const BUS_WARNING_INTERVAL_MS = 30_000;
