/** Every limit and timer of the wire, in one place. Server-only limits live in the server's own `limits.ts`. */

/** UTF-16 code units (JavaScript's `length`) in one message body. */
export const MAX_BODY_CHARS = 10_000;
/** Bytes in one WebSocket message from a client; more closes the connection with 1009. */
export const MAX_FRAME_BYTES = 65_536;
/** Events in one `events` reply; also the default. */
export const MAX_SYNC_EVENTS = 500;
/** Messages in one `messages` reply. */
export const MAX_HISTORY_MESSAGES = 200;
export const DEFAULT_HISTORY_MESSAGES = 50;
/** Files come later; until then a message has none. */
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
/** Handles looked at in one body; what follows is text. */
export const MAX_MENTIONS_PER_MESSAGE = 50;
/** `unread` and `mentions` stop counting here and mean "this many or more". */
export const MAX_COUNTED_UNREAD = 1_000;
/** Ids in one `GET /users?ids=`. */
export const MAX_USER_IDS_PER_REQUEST = 200;

/** The server pings this often, and cuts a peer that was silent for two of them. */
export const PING_MS = 25_000;
/** A typing client repeats `on: true` at most this often. */
export const TYPING_REPEAT_MS = 3_000;
/** A typing indicator that is not renewed disappears after this. */
export const TYPING_EXPIRE_MS = 6_000;
/** A client gives a send up when it was connected this long without an answer. */
export const SEND_TIMEOUT_MS = 10_000;

export const PROTOCOL_VERSION = 1;
/** `Sec-WebSocket-Protocol` the server answers. */
export const SUBPROTOCOL = 'parley.v1';
