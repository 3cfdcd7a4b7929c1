import { EXIT, UsageError, type Command, type CliContext } from './command.ts';
import { migrate } from './migrate.ts';
import { newEpoch } from './new-epoch.ts';
import { verify } from './verify.ts';

/** All commands of `parley` by name. */
const COMMANDS: Readonly<Record<string, Command>> = {
  migrate,
  'new-epoch': newEpoch,
  verify,
};

/** Runs `parley <command> …` and resolves with the exit code. Never rejects. */
export async function runCli([name, ...args]: readonly string[], context: CliContext): Promise<number> {
  const { out, err } = context;
  if (name === undefined || name === 'help' || name === '--help') {
    for (const line of help()) out(line);
    return name === undefined ? EXIT.failed : EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    err(`There is no command ${name}. Commands: ${Object.keys(COMMANDS).join(', ')}.`);
    return EXIT.failed;
  }
  try {
    return await command.run(args, context);
  } catch (error) {
    err(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError || isParseError(error)) err(`Usage: parley ${name} ${command.usage}`);
    return EXIT.failed;
  }
}

function help(): string[] {
  const lines = Object.entries(COMMANDS).flatMap(([name, { usage, summary }]) => [
    `  parley ${name} ${usage}`,
    `      ${summary}`,
  ]);
  return ['Commands of parley, in addition to the server itself:', '', ...lines];
}

/** An error of `parseArgs` of `node:util`. */
function isParseError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
