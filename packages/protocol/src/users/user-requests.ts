import { z } from 'zod';
import { handle, userName } from '../messages/text.ts';
import { user } from './user.ts';

/** `GET /users?ids=` and `?q=`. Unknown ids are left out. */
export const userList = z.object({ users: z.array(user) });
export const userReply = z.object({ user });
/** `GET /me`: the user's own account. JWT users have no email. */
export const me = z.object({ user, email: z.string().optional() });
/** `PATCH /me`. */
export const updateMeBody = z
  .strictObject({ name: userName.optional(), handle: handle.optional() })
  .refine(
    ({ name, handle: newHandle }) => name !== undefined || newHandle !== undefined,
    'requires a name or a handle',
  );
/** `PATCH /users/:id`, for the owner and admins. */
export const updateUserBody = z
  .strictObject({ role: z.enum(['admin', 'member']).optional(), suspended: z.boolean().optional() })
  .refine(({ role, suspended }) => role !== undefined || suspended !== undefined, 'requires a role or suspended');

export type UserList = z.infer<typeof userList>;
export type UserReply = z.infer<typeof userReply>;
export type Me = z.infer<typeof me>;
export type UpdateMeBody = z.infer<typeof updateMeBody>;
export type UpdateUserBody = z.infer<typeof updateUserBody>;
