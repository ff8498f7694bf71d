import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { backend } from '../../src/tensor/current-backend.ts';

/**
 * What remains of an update: the report and the batch, a tape and its list, the iterator over parameters, and the functions that are
 * passed on. The plain loops make a small object for each product as well.
 */
const mostBytes =
  backend().name === 'js' ? { update: 6000, action: 1500, distributional: 12_000 } : { update: 2400, action: 600, distributional: 6000 };

test('once it runs, an update and an action leave next to nothing on the heap', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'deepq-garbage-'));
  try {
    execFileSync(process.execPath, [join(root, 'tools/bundle.mjs'), join(folder, 'built')]);
    symlinkSync(join(root, 'package.json'), join(folder, 'package.json')); // the built files are modules
    const script = fileURLToPath(new URL('../support/allocation-process.mjs', import.meta.url));
    // Compiling beside the program would take as long as the machine is busy, and code that is not compiled yet makes more garbage.
    const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64', '--no-concurrent-recompilation'];
    const output = execFileSync(process.execPath, [...flags, script, join(folder, 'built/index.js'), backend().name], { encoding: 'utf8' });
    const bytes: typeof mostBytes = JSON.parse(output);
    expect(bytes.update).toBeLessThan(mostBytes.update);
    expect(bytes.action).toBeLessThan(mostBytes.action);
    expect(bytes.distributional).toBeLessThan(mostBytes.distributional);
    expect(bytes.update).toBeGreaterThan(0); // it did count
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
