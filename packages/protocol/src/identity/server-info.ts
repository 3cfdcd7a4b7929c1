import { z } from 'zod';

export const SIGNUP_MODES = ['invite', 'open', 'closed'] as const;

/** `GET /server`, without an account: what the sign-in screen needs. */
export const serverInfo = z.object({
  protocol: z.literal(1),
  signup: z.enum(SIGNUP_MODES),
  /** No account exists yet: the first one owns the server and needs no invite. */
  firstRun: z.boolean(),
});

export type SignupMode = (typeof SIGNUP_MODES)[number];
export type ServerInfo = z.infer<typeof serverInfo>;
