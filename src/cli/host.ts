// Everything a command uses of the outside world beside files: where it writes, the clock, interruption. Tests give their own.

import { basename, dirname, relative } from 'node:path';
import { codeOf, FileError } from './atomic-file.ts';
import { exitCode } from './exit.ts';
import { type Interruption, type Request, watchForInterruption } from './interruption.ts';

export interface Host {
  /** Results. */
  readonly stdout: Output;
  /** Errors and warnings. */
  readonly stderr: Output;
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Lets signals and other events have their turn, for so many milliseconds at least. */
  pause(milliseconds?: number): Promise<void>;
  readonly interruption: Interruption;
  /** How a user starts this program, for commands to paste: "deepq", "npx deepq" or "node dist/cli/main.js". */
  readonly invocation: string;
  /** The words that start this program, for processes of its own. */
  readonly program: readonly string[];
}

export interface Output {
  write(text: string): void;
  /** Whether lines can be redrawn in place. */
  readonly redraws: boolean;
  /** Whether colours are wanted. */
  readonly colors: boolean;
  /** The present width in characters. */
  columns(): number;
  /** The present height in lines. */
  rows(): number;
}

/** The process itself. A reader of its outputs who goes away interrupts it; an output that cannot be written otherwise ends it. */
export function processHost(): Host {
  const now = (): number => performance.now();
  const onSignal = (listener: () => void): void => {
    process.on('SIGINT', listener);
    process.on('SIGTERM', listener);
    process.on('SIGHUP', listener); // the terminal was closed
  };
  const interruption = watchForInterruption(onSignal, now, () => process.exit(exitCode.interrupted));
  return {
    stdout: outputOf(process.stdout, 'standard output', interruption),
    stderr: outputOf(process.stderr, 'standard error', interruption),
    now,
    pause: (milliseconds = 0) =>
      new Promise((resolve) => void (milliseconds > 0 ? setTimeout(resolve, milliseconds) : setImmediate(resolve))),
    interruption,
    invocation: invocation(process.argv[1] ?? 'deepq', process.cwd()),
    program: [process.execPath, process.argv[1] ?? 'deepq'],
  };
}

function outputOf(stream: NodeJS.WriteStream, name: string, interruption: Request): Output {
  stream.on('error', (error) => {
    const code = codeOf(error);
    const isUnread = code === 'EPIPE' || (code === 'EIO' && stream.isTTY); // "deepq train | head", or a terminal that was closed
    if (isUnread) return interruption.request(); // a run is to be saved
    process.stderr.write(`deepq: ${new FileError(name, 'must be writable', error).message}\n`);
    process.exit(exitCode.failure);
  });
  const redraws = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  return {
    write: (text) => void stream.write(text),
    redraws,
    // https://no-color.org: any value but the empty one turns colours off.
    colors: redraws && (process.env['NO_COLOR'] ?? '') === '',
    columns: () => stream.columns || 80, // some terminals say 0 when they do not know
    rows: () => stream.rows || 24,
  };
}

/**
 * From the path of the running script to what a user would type. The path alone tells: what npm says in the environment is handed on to
 * every program that runs below it. A link in node_modules/.bin was started by npx or by a script of a package.json, and npx finds it.
 */
export function invocation(script: string, folder: string): string {
  if (basename(dirname(script)) === '.bin') return 'npx deepq';
  return basename(script) === 'main.js' ? `node ${shellWord(relative(folder, script))}` : 'deepq';
}

/** A text as one word of a shell's command line. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
