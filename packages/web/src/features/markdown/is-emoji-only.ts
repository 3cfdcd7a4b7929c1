const EMOJI_ONLY = /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v;
/** Room for three of the longest emoji (flags with tags, families with skin tones) and white space. */
const MAX_CHARS = 120;

/** Whether the body consists of one to three emoji. Such a message is shown large. */
export function isEmojiOnly(body: string): boolean {
  return body.length <= MAX_CHARS && EMOJI_ONLY.test(body);
}
