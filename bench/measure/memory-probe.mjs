// Preloaded into a Node server: on SIGUSR2 it collects garbage and writes the memory usage to file descriptor 3.
import { writeSync } from 'node:fs';

process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  writeSync(3, `${JSON.stringify(process.memoryUsage())}\n`);
});
