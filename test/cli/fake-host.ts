// A host without a process: what is written is kept, the clock moves when it is read, and interruption comes when the test says.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/cli.ts';
import type { Host, Output } from '../../src/cli/host.ts';

export interface FakeOptions {
  /** How many milliseconds pass between two looks at the clock. */
  readonly tick?: number;
  /** Interrupts at this pause, counted from 1. */
  readonly interruptAt?: number;
  /** A terminal of so many columns; a pipe when absent. */
  readonly columns?: number;
  readonly rows?: number;
  readonly colors?: boolean;
  /** The words that start this program, where it has processes of its own. */
  readonly program?: readonly string[];
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How often the program let others have their turn. */
  readonly pauses: number;
}

/** A host, and what it has seen so far. */
export function createFakeHost(options: FakeOptions = {}): { readonly host: Host; readonly seen: () => Omit<Ran, 'code'> } {
  const written = { stdout: '', stderr: '' };
  let time = 0;
  let pauses = 0;
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write(text) {
      written[name] += text;
    },
    redraws: options.columns !== undefined,
    colors: options.colors ?? false,
    columns: () => options.columns ?? 80,
    rows: () => options.rows ?? 24,
  });
  const host: Host = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    now() {
      time += options.tick ?? 1;
      return time;
    },
    async pause() {
      pauses++;
    },
    interruption: {
      get requested() {
        return options.interruptAt !== undefined && pauses >= options.interruptAt;
      },
    },
    invocation: 'deepq',
    program: options.program ?? ['no-such-program'],
  };
  return { host, seen: () => ({ ...written, pauses }) };
}

/** Runs a command in this process. */
export async function runFake(words: readonly string[], options: FakeOptions = {}): Promise<Ran> {
  const { host, seen } = createFakeHost(options);
  const code = await runCli(words, '1.2.3', host);
  return { code, ...seen() };
}

/** A folder that is removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deepq-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The command line of a run that takes a fraction of a second: a chain, a small network, updates from step 50 on. */
export const smallRun: readonly string[] = [
  ...['train', '--env', 'Chain', '--network.hidden', '8', '--batchSize', '8', '--warmupSteps', '50', '--replayCapacity', '500'],
  ...['--eval-episodes', '5'],
];
