const rejections: unknown[] = [];
let isWatching = false;

/** From now on, unhandled rejections are collected instead of ending the process. */
export function watchUnhandledRejections(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('unhandledRejection', (error) => rejections.push(error));
}

/** Returns those since the last call. Waits one turn of the event loop, because Node reports them only then. */
export async function takeUnhandledRejections(): Promise<readonly unknown[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return rejections.splice(0);
}
