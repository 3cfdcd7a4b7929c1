/** For simulations outside this package: the core, and adapters that need no machine. */
export type { IdentityState } from './identity/authenticator.ts';
export { createLocalBus, type LocalBus } from '#adapters/local-bus.ts';
export { createMemoryStore } from '#adapters/memory-store.ts';
export { systemClock } from '#adapters/system-clock.ts';
export type { MemoryUsers } from '#adapters/memory/memory-users.ts';
export { GENERAL } from './chat/channels/general.ts';
export type { Actor } from './kernel/actor.ts';
export type { Outcome } from './kernel/outcome.ts';
export type { AcceptedHandshake } from './realtime/handshake/authorize.ts';
export type { Reservation } from './realtime/handshake/connection-limits.ts';
export type { Transport, TransportHandlers } from './realtime/socket/transport.ts';
export * from '#limits.ts';
export type { Bus, BusMessage, MessageOn, Topic } from '#ports/bus.ts';
export type { Logger } from '#ports/logger.ts';
export { StoreUnavailable, type CommitScope, type CommitState, type Decision, type Store } from '#ports/store.ts';
export type { UserRecord, Users } from '#ports/users.ts';
export { createCore, type Core, type CoreDeps } from './app.ts';
export { nullLogger, nullMetrics } from './testing/null-logger.ts';
