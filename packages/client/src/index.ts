export type { ChannelId, ChannelKind, ErrorCode, MessageId, Reaction, User, UserId } from '@parley/protocol';
export * from './create-parley-client.ts';
export * from './parley-client.ts';
export * from './environment.ts';
export type { Diagnostic, Reason, StopReason, WaitReason } from './connection/reasons.ts';
