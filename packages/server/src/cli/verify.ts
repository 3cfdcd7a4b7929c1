import { parseArgs } from 'node:util';
import { openPostgresSnapshot } from '#adapters/postgres/postgres-snapshot.ts';
import type { Snapshot } from '#adapters/sql/snapshot.ts';
import { FINDING_KINDS, type Finding } from '#adapters/sql/verify/findings.ts';
import { verifySnapshot, type Verification } from '#adapters/sql/verify/verify-snapshot.ts';
import { openSqliteSnapshot } from '#adapters/sqlite/sqlite-snapshot.ts';
import { EXIT, type Command } from './command.ts';
import { selectDatabase, DATABASE_OPTIONS, DATABASE_USAGE, type SelectedDatabase } from './database-options.ts';
import { noLogger } from './no-logger.ts';

/** In the text report. `--json` prints all findings that were kept. */
const MAX_SHOWN_PER_KIND = 10;

/** Checks the stored data. Safe while a server runs: it reads a snapshot, and needs nothing from the server. */
export const verify: Command = {
  usage: `${DATABASE_USAGE} [--json]`,
  summary: 'Check all stored data against the logs. Exit code: 0 sound, 1 problems found, 2 not checked.',
  async run(args, context) {
    const options = { ...DATABASE_OPTIONS, json: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const database = await selectDatabase(values, context);
    const startedAt = performance.now();
    await using snapshot = await openSnapshot(database);
    const verification = await verifySnapshot(snapshot);
    const durationMs = Math.round(performance.now() - startedAt);
    const lines =
      values.json === true
        ? [JSON.stringify({ database: database.name, sound: verification.total === 0, durationMs, ...verification })]
        : reportLines(verification, { database: database.name, durationMs });
    for (const line of lines) context.out(line);
    return verification.total === 0 ? EXIT.done : EXIT.problems;
  },
};

async function openSnapshot({ databaseUrl, dataFolder }: SelectedDatabase): Promise<Snapshot> {
  return databaseUrl === null ? openSqliteSnapshot(dataFolder) : openPostgresSnapshot(databaseUrl, noLogger);
}

interface ReportHeader {
  readonly database: string;
  readonly durationMs: number;
}

function reportLines(verification: Verification, { database, durationMs }: ReportHeader): string[] {
  const { counts, total, byKind, findings, epoch } = verification;
  const checked = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  const lines = [`${database}, epoch ${epoch}: ${checked.join(', ')}, in ${(durationMs / 1000).toFixed(1)} s.`];
  if (total === 0) return [...lines, 'Sound: nothing contradicts the logs.'];
  lines.push(`${total} ${total === 1 ? 'problem' : 'problems'}:`);
  for (const [kind, meaning] of Object.entries(FINDING_KINDS)) {
    const ofKind = findings.filter((finding) => finding.kind === kind);
    const count = byKind[kind as Finding['kind']] ?? 0;
    if (count === 0) continue;
    lines.push(`  ${kind}, ${count}: ${meaning}`);
    for (const { channel, detail } of ofKind.slice(0, MAX_SHOWN_PER_KIND)) {
      lines.push(`    ${channel === undefined ? '' : `${channel}: `}${detail}`);
    }
    if (count > MAX_SHOWN_PER_KIND) lines.push(`    and ${count - Math.min(ofKind.length, MAX_SHOWN_PER_KIND)} more`);
  }
  return lines;
}
