/** What simulations outside this package need: the core, and the parts it runs on when there is no machine below. */
export type { ProofState } from './identity/authenticator.ts';
export { createLocalBus, type LocalBus } from '#adapters/local-bus.ts';
export { createMemoryStore } from '#adapters/memory-store.ts';
export { systemClock } from '#adapters/system-clock.ts';
export type { MemoryUsers } from '#adapters/memory/memory-users.ts';
export { GENERAL } from './chat/channels/general.ts';
export type { Actor } from '#chat/chat.ts';
export type { Outcome } from './kernel/outcome.ts';
export type { Admission } from './realtime/handshake/authorize.ts';
export type { Place } from './realtime/handshake/connection-limits.ts';
export type { Wire, WireEvents } from './realtime/socket/transport.ts';
export * from '#limits.ts';
export type { Bus, BusMessage, Topic } from '#ports/bus.ts';
export type { Logger } from '#ports/logger.ts';
export { StoreUnavailable, type CommitScope, type CommitState, type Decision, type Store } from '#ports/store.ts';
export type { UserRecord, Users } from '#ports/users.ts';
export { createCore, type Core, type CoreParts } from './app.ts';
export { silent, uncounted } from './testing/null-logger.ts';
