import { runCli } from './cli/run-cli.ts';

/** `npm run parley -- <command>`: the commands for operators. */
process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
});
