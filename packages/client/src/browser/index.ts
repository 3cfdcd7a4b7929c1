export * from './browser-environment.ts';
export * from './client-id.ts';
