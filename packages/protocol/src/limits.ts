/** Every limit and timer of the wire format. Limits of the server alone are in the server's `limits.ts`. */

/** UTF-16 code units (JavaScript's `length`) in one message body. */
export const MAX_BODY_CHARS = 10_000;
/** Bytes in one WebSocket message from a client; more closes the connection with 1009. */
export const MAX_FRAME_BYTES = 65_536;
/** Events in one `events` reply; also the default. */
export const MAX_SYNC_EVENTS = 500;
/** Messages in one `messages` reply. */
export const MAX_HISTORY_MESSAGES = 200;
export const DEFAULT_HISTORY_MESSAGES = 50;
/** Attachments are not supported yet. */
export const MAX_ATTACHMENTS = 0;
export const MAX_EMOJI_CHARS = 64;
/** Different emoji on one message. */
export const MAX_REACTIONS_PER_MESSAGE = 50;
export const MIN_PASSWORD_CHARS = 8;
export const MAX_PASSWORD_CHARS = 128;
export const MAX_USER_NAME_CHARS = 80;
export const MAX_HANDLE_CHARS = 32;
export const MAX_CHANNEL_NAME_CHARS = 80;
export const MAX_TOPIC_CHARS = 250;
/** Mentions in one body; further handles are plain text. */
export const MAX_MENTIONS_PER_MESSAGE = 50;
/** `unread` and `mentions` stop counting here and mean "this many or more". */
export const MAX_COUNTED_UNREAD = 1_000;
/** Ids in one `GET /users?ids=`. */
export const MAX_USER_IDS_PER_REQUEST = 200;

/** The server pings at this interval, and closes a connection without traffic for two of them. */
export const PING_MS = 25_000;
/** A typing client repeats `on: true` at most this often. */
export const TYPING_REPEAT_MS = 3_000;
/** A typing signal that is not renewed expires after this. */
export const TYPING_EXPIRE_MS = 6_000;
/** A client fails a send that gets no reply for this long while online. */
export const SEND_TIMEOUT_MS = 10_000;

export const PROTOCOL_VERSION = 1;
/** The `Sec-WebSocket-Protocol` that the server selects. */
export const SUBPROTOCOL = 'parley.v1';
