const rejections: unknown[] = [];
let isWatching = false;

/** From now on a promise that rejects and is awaited by nobody is remembered instead of ending the process. */
export function watchUnhandledRejections(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('unhandledRejection', (error) => rejections.push(error));
}

/** Those since the last call. Node notices them only once the event loop turns, so this waits for that. */
export async function takeUnhandledRejections(): Promise<readonly unknown[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return rejections.splice(0);
}
