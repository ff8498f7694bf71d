import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtProgram } from '../built-program.ts';

const { folder, deepq } = builtProgram();

test('trains a preset whole and with each of its additions off', async () => {
  const small = ['--network.hidden', '8', '--warmupSteps', '100', '--batchSize', '8', '--replayCapacity', '500'];
  const words = [
    'ablate',
    '--env',
    'Chain',
    '--preset',
    'steady',
    '--steps',
    '400',
    '--seeds',
    '1',
    '--eval-episodes',
    '3',
    '--out',
    'off',
  ];
  const { code, stdout, stderr } = await deepq(...words, ...small, '--processes', '2');
  expect([code, stderr]).toEqual([0, '']);
  for (const name of ['steady', 'no double', 'no n-step', 'no layer norm']) expect(stdout).toContain(`| Chain | ${name} | 400 |`);
  expect(stdout.match(/^\| Chain/gm)).toHaveLength(4);
  const run = JSON.parse(readFileSync(join(folder, 'off/Chain/no-n-step/seed-1/config.json'), 'utf8'));
  expect(run.config).toMatchObject({ nStep: 1, double: true, seed: 1, network: { hidden: [8] } });
});

test('refuses a preset that has nothing to turn off', async () => {
  const { code, stderr } = await deepq('ablate', '--env', 'Chain', '--preset', 'dqn');
  expect([code, stderr]).toEqual([2, expect.stringContaining('which is plain deep Q-learning')]);
});
