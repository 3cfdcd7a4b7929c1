import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '#ports/random.ts';

const SECRET_BITS = 256;

/**
 * The server's secret, stored in its data folder and created on first start. Only its owner may read it. Rejects with a
 * sentence for the person who starts the server.
 */
export async function readOrMakeSecret(dataFolder: string, random: Random): Promise<string> {
  try {
    return await readOrMake(dataFolder, random);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Can not write to the data folder ${dataFolder}: ${reason}`, { cause: error });
  }
}

async function readOrMake(dataFolder: string, random: Random): Promise<string> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const file = secretFile(dataFolder);
  try {
    // `wx` fails when the file exists, so that two servers that start at once get the same secret.
    await writeFile(file, random.token(SECRET_BITS), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isExisting(error)) throw error;
    await chmod(file, 0o600);
  }
  return (await readFile(file, 'utf8')).trim();
}

/** The secret in a data folder; null when there is none. */
export async function readSecret(dataFolder: string): Promise<string | null> {
  try {
    return (await readFile(secretFile(dataFolder), 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Stores another server's secret in a data folder, replacing an existing one. */
export async function writeSecret(dataFolder: string, secret: string): Promise<void> {
  await writeFile(secretFile(dataFolder), secret, { mode: 0o600 });
}

function secretFile(dataFolder: string): string {
  return join(dataFolder, 'secret');
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
