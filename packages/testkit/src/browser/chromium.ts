import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packaged, { inflate } from '@sparticuz/chromium';

export interface Chromium {
  readonly executablePath: string;
  readonly args: string[];
  /** Environment variables the browser needs in addition to those of the process. */
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

/** Finds the system's Chromium, or unpacks the one from the npm registry. */
export async function findChromium(): Promise<Chromium> {
  const system = SYSTEM.find((path) => existsSync(path));
  if (system !== undefined) return { executablePath: system, args: ARGS, env: {} };

  const folder = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'unpacked');
  if (!existsSync(folder)) await unpack(folder);
  const executablePath = join(folder, 'chromium');
  return { executablePath, args: ARGS, env: libraries(executablePath, join(folder, 'al2023', 'lib')) };
}

/** Unpacks next to `folder` and renames in one step, so that a parallel process never finds an incomplete browser. */
async function unpack(folder: string): Promise<void> {
  const temporary = mkdtempSync(`${folder}-`);
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = temporary; // The package has no option for the target folder.
  try {
    await packaged.executablePath();
    await inflate(join(folder, '..', 'bin', 'al2023.tar.br'));
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // If it exists, another process was faster.
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}

/** A minimal system lacks shared libraries that Chromium needs (NSS, expat): those of the package are used then. */
function libraries(executablePath: string, folder: string): Record<string, string> {
  const needed = execFileSync('ldd', [executablePath], { encoding: 'utf8' });
  return needed.includes('not found') ? { LD_LIBRARY_PATH: folder } : {};
}
