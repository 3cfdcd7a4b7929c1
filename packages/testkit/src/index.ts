export * from './client-world.ts';
export * from './fake-server.ts';
export * from './fold-log.ts';
export { FakeStorage } from './fake-storage.ts';
export { Machine } from './machine.ts';
export { Pipe, type PipeParts } from './pipe.ts';
export { SeededRandom } from './seeded-random.ts';
export { textsOfFrames } from './text-frames.ts';
export { settle, VirtualClock } from './virtual-clock.ts';
