/** Every limit of the server that is not part of the wire, in one place. Limits of the wire: `@parley/protocol`. */

/** Assembling one message, from its first byte to its last. */
export const MAX_ASSEMBLY_MS = 10_000;
export const MAX_FRAGMENTS = 64;
/** From the first byte of a request to the end of its headers, and for the verdict of a handshake. */
export const MAX_HANDSHAKE_MS = 5_000;
/** How long an idle HTTP connection stays open: longer than a proxy keeps one, which must be the first to close it. */
export const KEEP_ALIVE_MS = 75_000;
export const MAX_HEADER_BYTES = 16_384;
/** Connections that wait to be accepted: after a restart everyone comes at once. The kernel may allow fewer. */
export const LISTEN_BACKLOG = 4_096;
/** Bytes waiting for one socket, or for its `ready`; beyond it the reader is too slow and is closed with 4101. */
export const MAX_SEND_QUEUE_BYTES = 1_048_576;
/** After a close frame, how long the peer has to answer before the socket is cut. */
export const CLOSE_GRACE_MS = 2_000;
/** The same for a slow reader, which has a buffer to read first. */
export const SLOW_CLOSE_GRACE_MS = 10_000;
/** UTF-16 units of JSON in one answer to `sync` or `history`; at most three times as many bytes. */
export const MAX_REPLY_CHARS = 200_000;
/** While more than this waits for a socket, its next `sync` or `history` is not begun. */
export const BULK_REPLY_HIGH_WATER_BYTES = 262_144;
/** What is kept in memory of the ends of the logs that were asked for lately: UTF-16 units of JSON, per channel and in all. */
export const MAX_CACHED_EVENT_CHARS_PER_CHANNEL = 100_000;
export const MAX_CACHED_EVENT_CHARS = 8_000_000;
/** Commands of one connection that may wait for their answer; beyond it `rate_limited`. */
export const MAX_OUTSTANDING_COMMANDS = 1_024;
/** And their text: what one connection can have held in memory, and said in one commit. */
export const MAX_OUTSTANDING_CHARS = 262_144;

/** Token buckets: `burst` at once, then `perSecond`. */
export const COMMAND_RATE = { burst: 600, perSecond: 60 } as const;
/** Frames of any kind, pings and refused ones included; an empty bucket closes the connection with 4103. */
export const FLOOD_RATE = { burst: 3_000, perSecond: 300 } as const;
export const SIGN_IN_RATE_PER_ACCOUNT = { burst: 10, perSecond: 1 / 30 } as const;
export const SIGN_IN_RATE_PER_ADDRESS = { burst: 100, perSecond: 0.5 } as const;
export const SIGN_UP_RATE_PER_ADDRESS = { burst: 100, perSecond: 0.2 } as const;
export const HTTP_RATE_PER_ADDRESS = { burst: 1_000, perSecond: 100 } as const;
/** Buckets remembered at once; the fullest (least used) are forgotten first. */
export const MAX_RATE_BUCKETS = 50_000;

export const MAX_CONNECTIONS_PER_ADDRESS = 10_000;
/** What `Retry-After` says, in seconds. */
export const RETRY_AFTER_S = { tooManyConnections: 10, draining: 2, rateLimited: 30 } as const;

/** How long the fan-out rests after it told several events at once: this part of what that took, within these bounds or not at all. */
export const FLUSH_THROTTLE_RATIO = 0.1;
export const MIN_FLUSH_THROTTLE_MS = 1;
export const MAX_FLUSH_THROTTLE_MS = 10;
/** Drafts stored in one transaction. */
export const MAX_GROUP_COMMIT = 2_000;
/** Drafts that may wait for a commit; beyond it `unavailable`. */
export const MAX_QUEUED_DRAFTS = 20_000;
/** How often a commit that failed is tried again at once; then it is `unavailable`. */
export const MAX_COMMIT_RETRIES = 1;
/** How long a user without a connection still counts as online: a reload is not a departure. */
export const PRESENCE_LINGER_MS = 4_000;
/** How often a node says that it is alive; and how long the others wait before they take it for dead. */
export const NODE_HEARTBEAT_MS = 2_000;
export const NODE_DEAD_AFTER_MS = 10_000;
/** How long a dead node is remembered as one that should be heard of. */
export const NODE_FORGOTTEN_AFTER_MS = 60_000;
/** A node says again whom it holds in so many parts, one with each beat. */
export const REANNOUNCE_SLICES = 5;
/** What a node said of a user's presence holds this long: three times as long as it takes to be said again. */
export const PRESENCE_EXPIRE_MS = 35_000;
/** Pause between two comparisons of the local connections with the store: sessions, memberships, cursors, profiles. */
export const RECONCILE_INTERVAL_MS = 4_000;
/** The same after one that failed. */
export const RECONCILE_RETRY_MS = 1_000;
/** Users, or sessions, in one question of a comparison. */
export const RECONCILE_BATCH = 500;
/** With neither the store nor another node to hear from for so long, a node closes its connections. */
export const ISOLATION_TIMEOUT_MS = 15_000;
/** How far before the last look profiles are looked at again: transactions commit later than they write the time. */
export const PROFILE_OVERLAP_MS = 10_000;
/** Estimates of the store's time that the best is chosen from. */
export const CLOCK_SAMPLES = 16;
/** People shown as typing in one channel at once; more typists cost nothing. */
export const MAX_TYPISTS_PER_CHANNEL = 10;
/** Where the bus may lose messages, how often a node compares the heads of the channels it follows with the store. */
export const FEED_SWEEP_MS = 1_000;
/** How long what the store has is waited for on the bus, before it is read. */
export const FEED_GRACE_MS = 250;
/** After a read of the store failed, how long a feed waits before it tries to fill its gap again. */
export const FEED_RETRY_MS = 500;
/** Events held back by one feed while a gap before them is read; beyond it they are read from the store too. */
export const MAX_FEED_BUFFERED_EVENTS = 10_000;
/** A `sync` from further behind than this is answered by `reset`. */
export const MAX_SYNC_DISTANCE = 10_000;

/** Bodies of HTTP requests. */
export const MAX_HTTP_BODY_BYTES = 65_536;
/** Password hashes that run at once, and those that may wait; beyond it 503. */
export const MAX_CONCURRENT_HASHES = 2;
export const MAX_QUEUED_HASHES = 100;
export const TICKET_LIFETIME_MS = 60_000;
export const TICKET_BITS = 128;
export const MAX_TICKETS = 100_000;
export const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000;
/** How long SIGTERM waits for answers under way. */
export const DRAIN_MS = 5_000;
/** How long of that the answers to commands have before their connections are closed without. */
export const DRAIN_REPLIES_MS = 1_000;
/** How long of that whoever comes, or comes back at once, is told 503 instead of finding nobody. */
export const DRAIN_NOTICE_MS = 1_000;
export const MAX_USER_SEARCH_RESULTS = 50;

/** `PARLEY_SECRET`, which signs session cookies. */
export const MIN_SECRET_CHARS = 32;
/** A session in use is renewed when it is this old, and then lasts `SESSION_MS` again. */
export const SESSION_RENEW_MS = 24 * 3_600_000;
export const MAX_LISTED_SESSIONS = 100;
export const MAX_LISTED_INVITES = 200;
export const INVITE_CODE_BITS = 128;
/** What is kept of a browser's name, for the list of sessions. */
export const MAX_USER_AGENT_CHARS = 256;
/**
 * After a password change, before the sockets of the ended sessions are told: time for the browser that changed it to
 * take its new cookie, with which it comes back.
 */
export const PASSWORD_CHANGE_GRACE_MS = 300;
export const MAX_EMAIL_CHARS = 254;
/** Longer tokens are not looked at. */
export const MAX_TOKEN_CHARS = 8_192;
/** JWTs whose signature is not computed again: about 100 bytes each. */
export const MAX_VERIFIED_JWTS = 50_000;
/** `sub` of a JWT. */
export const MAX_SUBJECT_CHARS = 255;
/** By how much an issuer's clock may be ahead (`nbf`). `exp` is taken at its word. */
export const JWT_CLOCK_TOLERANCE_S = 5;
export const JWKS_TIMEOUT_MS = 5_000;
/** Users whose joining of #general is remembered, or still owed. */
export const MAX_TRACKED_GENERAL_JOINS = 100_000;
/** `GET /healthz` asks the store at most this often. */
export const PROBE_INTERVAL_MS = 1_000;

/** PostgreSQL: connections of one node, for what is stored and for everything else. */
export const MAX_DATABASE_WRITERS = 4;
export const MAX_DATABASE_READERS = 8;
/** Questions that may be with the database or wait for a connection; beyond it the caller is refused. */
export const MAX_DATABASE_QUEUE = 10_000;
/** For making a connection, and for waiting until one is free. */
export const DATABASE_CONNECT_TIMEOUT_MS = 5_000;
/** For one statement; waiting for another node's lock is part of it. */
export const DATABASE_STATEMENT_TIMEOUT_MS = 5_000;
export const DATABASE_LOCK_TIMEOUT_MS = 4_000;
/** A node that stands still in the middle of a transaction keeps others waiting no longer than this. */
export const DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS = 3_000;
/** Then nothing is expected any more of a database that should have given up by itself: the connection is cut. */
export const DATABASE_REPLY_TIMEOUT_MS = 6_000;
/** How often a transaction is repeated that others came in the way of. */
export const MAX_TRANSACTION_RETRIES = 5;

/** How long a node waits for NATS when it starts; then it works alone until NATS is there. */
export const BUS_START_TIMEOUT_MS = 1_000;
/** For one server of `NATS_URL` to answer a dial. */
export const BUS_CONNECT_TIMEOUT_MS = 3_000;
/** Before it is dialed again: a random time below this, doubling to the second. */
export const BUS_RETRY_MS = 100;
export const BUS_RETRY_MAX_MS = 2_000;
/** How often NATS is asked whether it is there, and how many answers may be missing. */
export const BUS_PING_MS = 1_000;
export const BUS_MISSED_PINGS = 3;
/** How long another node may take to answer a question; where none listens, that is known at once. */
export const BUS_REPLY_TIMEOUT_MS = 500;
/** Bytes after which NATS is asked how far it is, and that may be under way to it; beyond them messages are dropped. */
export const BUS_CONFIRM_BYTES = 262_144;
export const MAX_BUS_UNCONFIRMED_BYTES = 8_388_608;
/** One message on the bus; a larger run of events is divided. One event is always smaller. */
export const MAX_BUS_MESSAGE_BYTES = 524_288;
/** For the last messages of a node that stops. */
export const BUS_CLOSE_TIMEOUT_MS = 500;
/** The same trouble with the bus is logged at most this often. */
export const BUS_WARNING_INTERVAL_MS = 30_000;
