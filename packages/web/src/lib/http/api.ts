import type {
  ChannelId,
  ChannelList,
  ChannelReply,
  CreateChannelBody,
  CreateInviteBody,
  CreateInviteReply,
  InviteCheck,
  InviteList,
  Me,
  MemberList,
  ServerInfo,
  SessionList,
  UpdateChannelBody,
  UpdateMeBody,
  UpdateUserBody,
  UserId,
  UserList,
  UserReply,
} from '@parley/protocol';
import { type ApiResult, request } from './request.ts';

const get = <T>(path: string): ApiResult<T> => request('GET', `/api/v1${path}`);
const post = <T>(path: string, body?: object): ApiResult<T> => request('POST', `/api/v1${path}`, body);
const patch = <T>(path: string, body: object): ApiResult<T> => request('PATCH', `/api/v1${path}`, body);
const remove = (path: string): ApiResult<null> => request('DELETE', `/api/v1${path}`);
const id = encodeURIComponent;

/** All HTTP requests of the web client. Refusals are values, and replies have the types of the protocol. */
export const api = {
  server: () => get<ServerInfo>('/server'),
  me: () => get<Me>('/me'),
  updateMe: (body: UpdateMeBody) => patch<UserReply>('/me', body),

  /** Sets the session cookie. `invite` is the code of an invite link; the first account needs none. */
  signUp: (body: { name: string; email: string; password: string; invite?: string }) =>
    request<unknown>('POST', '/api/auth/sign-up/email', body),
  /** Sets the session cookie. */
  signIn: (body: { email: string; password: string }) => request<unknown>('POST', '/api/auth/sign-in/email', body),
  signOut: () => request<unknown>('POST', '/api/auth/sign-out', {}),
  /** Ends the user's other sessions. */
  changePassword: (body: { currentPassword: string; newPassword: string }) =>
    request<unknown>('POST', '/api/auth/change-password', { ...body, revokeOtherSessions: true }),

  sessions: () => get<SessionList>('/sessions'),
  endSession: (session: string) => remove(`/sessions/${id(session)}`),

  /** At most 50 users whose name or handle contains `text`. */
  findUsers: (text: string) => get<UserList>(`/users?q=${id(text)}`),
  updateUser: (user: UserId, body: UpdateUserBody) => patch<UserReply>(`/users/${id(user)}`, body),

  channels: () => get<ChannelList>('/channels'),
  createChannel: (body: CreateChannelBody) => post<ChannelReply>('/channels', body),
  updateChannel: (channel: ChannelId, body: UpdateChannelBody) => patch<ChannelReply>(`/channels/${id(channel)}`, body),
  joinChannel: (channel: ChannelId) => post<ChannelReply>(`/channels/${id(channel)}/join`),
  leaveChannel: (channel: ChannelId) => post<null>(`/channels/${id(channel)}/leave`),
  members: (channel: ChannelId) => get<MemberList>(`/channels/${id(channel)}/members`),
  addMember: (channel: ChannelId, user: UserId) => post<null>(`/channels/${id(channel)}/members`, { user }),
  removeMember: (channel: ChannelId, user: UserId) => remove(`/channels/${id(channel)}/members/${id(user)}`),

  invites: () => get<InviteList>('/invites'),
  createInvite: (body: CreateInviteBody = {}) => post<CreateInviteReply>('/invites', body),
  revokeInvite: (invite: string) => remove(`/invites/${id(invite)}`),
  checkInvite: (code: string) => get<InviteCheck>(`/invites/${id(code)}`),
};
