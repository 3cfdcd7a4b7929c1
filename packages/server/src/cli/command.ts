/** The environment and the output of a command. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Prints one line of the result. */
  readonly out: (line: string) => void;
  /** Prints one line of an error. */
  readonly err: (line: string) => void;
}

/** One sub-command of `parley`. */
export interface Command {
  /** The arguments after the command's name, such as `[--data FOLDER]`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /**
   * Resolves with the exit code; 0 is success. Throws `UsageError` for wrong arguments, and any other error when the
   * command fails. Both are printed, and the exit code is `EXIT.failed`.
   */
  run(args: readonly string[], context: CliContext): Promise<number>;
}

export const EXIT = {
  done: 0,
  /** The command ran and found problems. */
  problems: 1,
  /** The command could not run. */
  failed: 2,
} as const;

/** Wrong arguments. The message is printed with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
