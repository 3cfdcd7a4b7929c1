/** What a command of `parley` is given of its surroundings. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Prints one line for the person, or the program, that asked. */
  readonly out: (line: string) => void;
  /** Prints one line about what went wrong. */
  readonly err: (line: string) => void;
}

/** One sub-command of `parley`. */
export interface Command {
  /** Behind the command's name, e.g. `[--data FOLDER]`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /**
   * Resolves with the exit code; 0 is success. Throws `UsageError` when the arguments make no sense, and anything else
   * when the work could not be done: both become a sentence and `EXIT.failed`.
   */
  run(args: readonly string[], context: CliContext): Promise<number>;
}

export const EXIT = {
  done: 0,
  /** The work was done, and what it found is not well. */
  problems: 1,
  /** The work could not be done. */
  failed: 2,
} as const;

/** The arguments are wrong. The message says how, for the person who wrote them. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
