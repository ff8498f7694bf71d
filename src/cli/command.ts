// What a command is: a name, words for help, the flags it knows, and what it does.

import type { Arguments, Flag } from './arguments.ts';
import type { ExitCode } from './exit.ts';
import type { Host } from './host.ts';

export interface Command {
  readonly name: string;
  /** In a few words, for the list of commands. */
  readonly summary: string;
  /** What stands after the name, such as "RUN_FOLDER [flags]". */
  readonly usage: string;
  /** The words it takes beside flags, as help calls them. */
  readonly positionals: readonly string[];
  /** Its own flags, which help describes one by one. */
  readonly flags: readonly Flag[];
  /** The fields of the configuration that are flags as well; none by default. */
  readonly configFlags?: readonly Flag[];
  /** Further paragraphs of help. */
  readonly notes?: string;
  /** Throws UsageError for a wrong command line, other errors when it cannot do its work. */
  run(given: Arguments, host: Host): Promise<ExitCode>;
}
