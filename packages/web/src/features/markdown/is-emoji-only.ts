const EMOJI_ONLY = /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v;
/** Three of the longest emoji (flags with tags, families with skin tones) and the space around them. */
const MAX_CHARS = 120;

/** Is the body nothing but one to three emoji? Such a message is shown large. */
export function isEmojiOnly(body: string): boolean {
  return body.length <= MAX_CHARS && EMOJI_ONLY.test(body);
}
