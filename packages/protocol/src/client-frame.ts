import { z } from 'zod';
import { deleteCommand } from './commands/delete.ts';
import { edit } from './commands/edit.ts';
import { history } from './commands/history.ts';
import { ping } from './commands/ping.ts';
import { react } from './commands/react.ts';
import { readCommand } from './commands/read.ts';
import { send } from './commands/send.ts';
import { sync } from './commands/sync.ts';
import { typingCommand } from './commands/typing.ts';
import { unreact } from './commands/unreact.ts';
import type { ErrorCode } from './errors.ts';
import { ref } from './ids.ts';
import { err, ok, type Result } from './result.ts';

/** Everything a client may say, discriminated by `type`. */
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
  /** The frame's `ref`, when at least that could be read. */
  readonly ref?: number;
}

/** Decodes a text frame of a client. Never throws, whatever the text. */
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
