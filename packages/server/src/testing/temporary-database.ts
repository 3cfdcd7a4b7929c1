import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import type { OpenedDatabase } from '#adapters/opened-database.ts';
import { openSqlite } from '#adapters/sqlite/open-sqlite.ts';
import { nullLogger } from './null-logger.ts';

/** For tests: a folder that is removed at the end, and databases in it. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string;
  readonly #opened: OpenedDatabase[] = [];

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), 'parley-test-')));
  }

  /** Opens the database of this folder, or of another inside it. */
  async open(folder = this.path): Promise<OpenedDatabase> {
    const opened = await openSqlite({ folder, clock: { now: Date.now }, random: cryptoRandom, logger: nullLogger });
    this.#opened.push(opened);
    return opened;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of this.#opened) await opened.close();
    await rm(this.path, { recursive: true, force: true });
  }
}
