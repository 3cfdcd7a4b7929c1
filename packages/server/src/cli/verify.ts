import { parseArgs } from 'node:util';
import { openPostgresSnapshot } from '#adapters/postgres/postgres-snapshot.ts';
import type { Snapshot } from '#adapters/sql/snapshot.ts';
import { FINDING_KINDS, type Finding } from '#adapters/sql/verify/findings.ts';
import { verifySnapshot, type Verification } from '#adapters/sql/verify/verify-snapshot.ts';
import { openSqliteSnapshot } from '#adapters/sqlite/sqlite-snapshot.ts';
import { EXIT, type Command } from './command.ts';
import { chosenDatabase, DATABASE_OPTIONS, DATABASE_USAGE, type DatabaseChoice } from './database-options.ts';
import { unlogged } from './no-logger.ts';

/** Of each kind, in what people read; `--json` has all that were kept. */
const SHOWN_OF_A_KIND = 10;

/** Whether the data is sound. Safe beside a running server, of which it needs nothing. */
export const verify: Command = {
  usage: `${DATABASE_USAGE} [--json]`,
  summary: 'Hold everything stored against the logs. Exit code: 0 sound, 1 problems found, 2 could not be checked.',
  async run(args, surroundings) {
    const options = { ...DATABASE_OPTIONS, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const choice = await chosenDatabase(values, surroundings);
    const startedAt = performance.now();
    await using snapshot = await openSnapshot(choice);
    const verification = await verifySnapshot(snapshot);
    const durationMs = Math.round(performance.now() - startedAt);
    const lines =
      values.json === true
        ? [JSON.stringify({ database: choice.name, sound: verification.total === 0, durationMs, ...verification })]
        : describe(verification, { database: choice.name, durationMs });
    for (const line of lines) surroundings.out(line);
    return verification.total === 0 ? EXIT.done : EXIT.problems;
  },
};

async function openSnapshot({ databaseUrl, dataFolder }: DatabaseChoice): Promise<Snapshot> {
  return databaseUrl === null ? openSqliteSnapshot(dataFolder) : openPostgresSnapshot(databaseUrl, unlogged);
}

interface Checked {
  readonly database: string;
  readonly durationMs: number;
}

function describe(verification: Verification, { database, durationMs }: Checked): string[] {
  const { counts, total, byKind, findings, epoch } = verification;
  const looked = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  const lines = [`${database}, epoch ${epoch}: ${looked.join(', ')}, in ${(durationMs / 1000).toFixed(1)} s.`];
  if (total === 0) return [...lines, 'Sound: nothing contradicts the logs.'];
  lines.push(`${total} ${total === 1 ? 'problem' : 'problems'}:`);
  for (const [kind, meaning] of Object.entries(FINDING_KINDS)) {
    const ofKind = findings.filter((finding) => finding.kind === kind);
    const count = byKind[kind as Finding['kind']] ?? 0;
    if (count === 0) continue;
    lines.push(`  ${kind}, ${count}: ${meaning}`);
    for (const { channel, detail } of ofKind.slice(0, SHOWN_OF_A_KIND)) {
      lines.push(`    ${channel === undefined ? '' : `${channel}: `}${detail}`);
    }
    if (count > SHOWN_OF_A_KIND) lines.push(`    and ${count - Math.min(ofKind.length, SHOWN_OF_A_KIND)} more`);
  }
  return lines;
}
