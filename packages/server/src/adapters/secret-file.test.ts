import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cryptoRandom } from './crypto-random.ts';
import { readOrMakeSecret } from './secret-file.ts';

test('the secret is created once, readable by its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-secret-'));
  const secret = await readOrMakeSecret(join(folder, 'data'), cryptoRandom);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(await readOrMakeSecret(join(folder, 'data'), cryptoRandom)).toBe(secret);
  expect((await stat(join(folder, 'data/secret'))).mode & 0o777).toBe(0o600);
  await rm(folder, { recursive: true });
});

test('a data folder that cannot be written to is reported in a sentence', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-secret-'));
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await expect(readOrMakeSecret(file, cryptoRandom)).rejects.toThrow(`Can not write to the data folder ${file}: `);
  await rm(folder, { recursive: true });
});
