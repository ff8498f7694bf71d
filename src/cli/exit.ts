// How a command ends: the exit codes, and the error that means "the command line was wrong".

import { ConfigError, FormatError, UnknownNameError } from '../index.ts';
import { FileError } from './atomic-file.ts';

/** The codes are part of the interface: scripts may rely on them. */
export const exitCode = {
  /** The command did what it was asked to do. */
  ok: 0,
  /** It could not: a file is damaged, the disk is full, the loss became NaN. */
  failure: 1,
  /** The command line asks for something that does not exist or makes no sense; nothing was touched. */
  usage: 2,
  /** Ctrl-C or a request to terminate; a training run has been saved. 128 + SIGINT, as shells count. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command line asks for something that does not exist or makes no sense. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/**
 * Does some work for which the command line is to blame when it is refused: names, configurations and formats that are wrong, paths
 * that lead to no file. `flag` gave the name that is looked up, if a flag did.
 */
export function asUsage<T>(work: () => T, flag?: string): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnknownNameError && flag !== undefined) throw new UsageError(error.message.replace(error.kind, flag));
    const refused = error instanceof UnknownNameError || error instanceof ConfigError || error instanceof FormatError || isNoFile(error);
    throw refused ? new UsageError(error.message) : error;
  }
}

const isNoFile = (error: unknown): error is FileError =>
  error instanceof FileError && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(error.code ?? '');
