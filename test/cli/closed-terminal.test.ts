// What a run does when its terminal is closed, as by a connection that breaks. `script` gives it a real one.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFiles } from '../../src/cli/run-folder.ts';
import { builtProgram } from './built-program.ts';

const { folder, main, deepq } = builtProgram();
const script = '/usr/bin/script';

const filesOf = (run: string): string[] => (existsSync(join(folder, run)) ? readdirSync(join(folder, run)).sort() : []);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test.runIf(process.platform === 'linux' && existsSync(script))(
  'a terminal that is closed saves the run',
  async () => {
    const words = ['train', '--env', 'Chain', '--network.hidden', '8', '--batchSize', '8', '--warmupSteps', '200', '--steps', '1000000'];
    const command = [process.execPath, main, ...words, '--out', 'run'].join(' ');
    const terminal = spawn(script, ['-qc', command, '/dev/null'], { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
    await until(() => filesOf('run').includes('metrics.jsonl'));
    terminal.kill('SIGKILL');
    await until(() => filesOf('run').join() === [...runFiles].sort().join());
    expect((await deepq('eval', 'run', '--episodes', '1')).code).toBe(0);
  },
  20_000,
);
