import { z } from 'zod';
import { ping } from './connection/ping.ts';
import type { ErrorCode } from './errors.ts';
import { ref } from './ids.ts';
import { deleteCommand } from './messages/delete.ts';
import { edit } from './messages/edit.ts';
import { history } from './messages/history.ts';
import { send } from './messages/send.ts';
import { react } from './reactions/react.ts';
import { unreact } from './reactions/unreact.ts';
import { readCommand } from './reading/read-command.ts';
import { err, ok, type Result } from './result.ts';
import { sync } from './sync/sync.ts';
import { typingCommand } from './typing/typing-command.ts';

/** Every frame of a client, discriminated by `type`. */
export const clientFrame = z.discriminatedUnion('type', [
  send,
  edit,
  deleteCommand,
  react,
  unreact,
  typingCommand,
  readCommand,
  sync,
  history,
  ping,
]);

export type ClientFrame = z.infer<typeof clientFrame>;

export interface DecodeError {
  readonly code: Extract<ErrorCode, 'bad_request' | 'too_large'>;
  readonly message: string;
  /** The frame's `ref`, if it can be read. */
  readonly ref?: number;
}

/** Decodes a text frame of a client. Never throws. */
export function decodeClientFrame(text: string): Result<ClientFrame, DecodeError> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err({ code: 'bad_request', message: 'not JSON' });
  }
  const parsed = clientFrame.safeParse(json);
  return parsed.success ? ok(parsed.data) : err(describe(json, parsed.error.issues));
}

function describe(json: unknown, issues: readonly z.core.$ZodIssue[]): DecodeError {
  const readable = ref.safeParse(typeof json === 'object' && json !== null && 'ref' in json ? json.ref : undefined);
  const issue = issues[0];
  const where = issue?.path.join('.') ?? '';
  const tooLarge = issue?.code === 'too_big' && issue.origin === 'string';
  return {
    code: tooLarge ? 'too_large' : 'bad_request',
    message: `${where === '' ? 'frame' : where}: ${issue?.message ?? 'malformed'}`.slice(0, 200),
    ...(readable.success ? { ref: readable.data } : {}),
  };
}
