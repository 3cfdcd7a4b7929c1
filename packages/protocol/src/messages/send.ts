import { z } from 'zod';
import { channelId, messageId, ref, userId } from '../ids.ts';
import { MAX_ATTACHMENTS } from '../limits.ts';
import { body } from './text.ts';

/** Posts a message to `channel`, or to the direct-message channel with `to`. The reply is `ok` once it is durable; idempotent by `id` for ever. */
export const send = z
  .strictObject({
    type: z.literal('send'),
    ref: ref.optional(),
    channel: channelId.optional(),
    to: userId.optional(),
    id: messageId,
    body,
    thread: messageId.optional(),
    attachments: z.array(z.string()).max(MAX_ATTACHMENTS).optional(),
  })
  .refine((command) => (command.channel === undefined) !== (command.to === undefined), 'requires either channel or to');

export type Send = z.infer<typeof send>;
