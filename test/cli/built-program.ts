// The built command in a temporary folder of its own, for tests that need real processes.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

export const project = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly folder: string;
  /** The script to run with Node. */
  readonly main: string;
  /** Starts a program in the folder; `onOutput` sees what it has written to stdout so far. */
  start(command: string, words: readonly string[], onOutput?: (child: ChildProcess, stdout: string) => void): Promise<Ended>;
  deepq(...words: string[]): Promise<Ended>;
}

/** Builds the command before the tests of a file and removes it after them. */
export function builtProgram(): Program {
  const folder = mkdtempSync(join(tmpdir(), 'deepq-process-'));
  const main = join(folder, 'dist', 'cli', 'main.js');
  beforeAll(() => {
    execFileSync(process.execPath, [join(project, 'tools', 'bundle.mjs'), join(folder, 'dist')]);
    cpSync(join(project, 'package.json'), join(folder, 'package.json'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start: Program['start'] = (command, words, onOutput = () => {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
        onOutput(child, stdout);
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
    });
  return { folder, main, start, deepq: (...words) => start(process.execPath, [main, ...words]) };
}
