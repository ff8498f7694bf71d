import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { backend } from '../../src/tensor/current-backend.ts';

/**
 * The most bytes that an update, an action and a greedy one may leave, by the agents of allocation-process.mjs. An update of the plain
 * one consists of the report, 96; the batch, 80; the tape and its list, 216; the function that is recorded, what it sees and what it
 * returns, 168; and the gradient's norm. A list of more than 17 calls costs 344 more, as noisy layers and rainbow have it. What else
 * they need is arguments and shapes. The plain loops make small objects for each product as well.
 */
const mostBytes: Readonly<Record<string, readonly [update: number, action: number, greedyAction: number]>> =
  backend().name === 'js'
    ? { plain: [4500, 900, 1000], prioritized: [8000, 1500, 1700], noisy: [6500, 900, 1000] }
    : {
        plain: [600, 200, 200],
        images: [600, 200, 200],
        prioritized: [750, 200, 250],
        categorical: [750, 250, 250],
        noisy: [1100, 200, 200],
        rainbow: [1700, 300, 300],
      };

describe('once it runs, an agent leaves next to nothing on the heap:', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'deepq-garbage-'));
  execFileSync(process.execPath, [join(root, 'tools/bundle.mjs'), join(folder, 'built')]);
  symlinkSync(join(root, 'package.json'), join(folder, 'package.json')); // the built files are modules
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const script = fileURLToPath(new URL('../support/allocation-process.mjs', import.meta.url));
  const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64', '--single-threaded'];

  test.each(Object.keys(mostBytes))('%s', (agent) => {
    const given = [...flags, script, join(folder, 'built/index.js'), backend().name, agent];
    const bytes: Record<'update' | 'action' | 'greedyAction', number> = JSON.parse(
      execFileSync(process.execPath, given, { encoding: 'utf8' }),
    );
    const [update, action, greedyAction] = mostBytes[agent];
    expect(bytes.update).toBeGreaterThan(0); // it did count
    expect(bytes.update).toBeLessThanOrEqual(update);
    expect(bytes.action).toBeLessThanOrEqual(action);
    expect(bytes.greedyAction).toBeLessThanOrEqual(greedyAction);
  });
});
