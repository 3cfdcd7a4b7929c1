/** What simulations outside this package need: the core, and the parts it runs on when there is no machine below. */
export type { IdentityState as ProofState } from './identity/authenticator.ts';
export { createLocalBus, type LocalBus } from '#adapters/local-bus.ts';
export { createMemoryStore } from '#adapters/memory-store.ts';
export { systemClock } from '#adapters/system-clock.ts';
export type { MemoryUsers } from '#adapters/memory/memory-users.ts';
export { GENERAL } from './kernel/general.ts';
export type { Actor } from '#chat/chat.ts';
export type { Outcome } from './kernel/outcome.ts';
export type { AcceptedHandshake as Admission } from './realtime/handshake/authorize.ts';
export type { Reservation as Place } from './realtime/handshake/connection-limits.ts';
export type { Transport as Wire, TransportHandlers as WireEvents } from './realtime/socket/transport.ts';
export * from '#limits.ts';
export type { Bus, BusMessage, MessageOn, Topic } from '#ports/bus.ts';
export type { Logger } from '#ports/logger.ts';
export { StoreUnavailable, type CommitScope, type CommitState, type Decision, type Store } from '#ports/store.ts';
export type { UserRecord, Users } from '#ports/users.ts';
export { createCore, type Core, type CoreDeps as CoreParts } from './app.ts';
export { nullLogger as silent, nullMetrics as uncounted } from './testing/null-logger.ts';
