export * from './browser-parts.ts';
export * from './client-id.ts';
