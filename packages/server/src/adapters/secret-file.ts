import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '#ports/random.ts';

const SECRET_BITS = 256;

/** The server's secret, kept in its data folder and made on first start. Only its owner may read it. */
export async function readOrMakeSecret(dataFolder: string, random: Random): Promise<string> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const file = join(dataFolder, 'secret');
  try {
    // `wx` fails when it exists, so that two servers that start at once end up with one secret.
    await writeFile(file, random.token(SECRET_BITS), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isExisting(error)) throw error;
    await chmod(file, 0o600);
  }
  return (await readFile(file, 'utf8')).trim();
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
