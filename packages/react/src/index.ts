export * from './hooks.ts';
export * from './parley-context.tsx';
export * from './use-readable.ts';
