import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packaged, { inflate } from '@sparticuz/chromium';

export interface Chromium {
  readonly executablePath: string;
  readonly args: string[];
  /** Added to the environment of the browser. */
  readonly env: Record<string, string>;
}

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const ARGS = [
  '--no-sandbox', // Chromium refuses to run as root otherwise, and CI often is root.
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium, or else the one that came from the npm registry. */
export async function findChromium(): Promise<Chromium> {
  const system = SYSTEM.find((path) => existsSync(path));
  if (system !== undefined) return { executablePath: system, args: ARGS, env: {} };

  const folder = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'unpacked');
  if (!existsSync(folder)) await unpack(folder);
  const executablePath = join(folder, 'chromium');
  return { executablePath, args: ARGS, env: libraries(executablePath, join(folder, 'al2023', 'lib')) };
}

/** Fills `folder` beside its final place and moves it there in one step, so that nobody finds half a browser. */
async function unpack(folder: string): Promise<void> {
  const temporary = mkdtempSync(`${folder}-`);
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = temporary; // The package offers no other way to say where.
  try {
    await packaged.executablePath();
    await inflate(join(folder, '..', 'bin', 'al2023.tar.br'));
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // Else another process was faster.
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}

/** A bare system lacks the few shared libraries that Chromium wants (NSS, expat): then the package's own serve. */
function libraries(executablePath: string, folder: string): Record<string, string> {
  const needed = execFileSync('ldd', [executablePath], { encoding: 'utf8' });
  return needed.includes('not found') ? { LD_LIBRARY_PATH: folder } : {};
}
