import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunConfig } from '../../src/cli/run-config.ts';
import { standstill } from '../../src/cli/standstill.ts';
import { createConfig, type DqnOptions, defaultConfig } from '../../src/index.ts';
import { runFake, smallRun, temporaryFolder } from './fake-host.ts';

const run = (steps: number, options: DqnOptions = {}): RunConfig => ({
  environment: 'Chain',
  preset: 'steady',
  steps,
  evaluationEpisodes: 1,
  diagnostics: false,
  config: createConfig(defaultConfig, options), // 1,000 steps of warm-up, a learning rate that is 0 after 25,000
});

test('steps of the warm-up learn nothing, and one more does', () => {
  for (const steps of [1, 999, 1000]) expect(standstill(run(steps), 0)).toContain('nothing is learned before step 1,000 (warmupSteps)');
  expect(standstill(run(1001), 0)).toBeUndefined();
  expect(standstill(run(1000), 1000)).toBeUndefined(); // there are none
});

test('nor do steps after the learning rate has fallen to 0, but those before it rises do', () => {
  expect(standstill(run(30_000), 25_000)).toContain('the learning rate is 0 from step 25,000 on');
  expect(standstill(run(30_000), 24_999)).toBeUndefined();
  expect(standstill(run(30_000, { learningRate: { kind: 'linear', start: 0, end: 1e-3, steps: 5000 } }), 0)).toBeUndefined();
  expect(standstill(run(30_000, { learningRate: { kind: 'constant', value: 0 } }), 0)).toContain('0 from step 0 on');
});

test('train says so in one line before it begins, and does what it was asked to; --quiet says nothing', async () => {
  const words = [...smallRun, '--steps', '50', '--out', join(temporaryFolder(), 'run'), '--overwrite'];
  expect(await runFake(words)).toMatchObject({
    code: 0,
    stderr:
      'deepq: nothing is learned before step 50 (warmupSteps), and the run ends at step 50. Give it more steps or a smaller warmupSteps\n',
  });
  expect(await runFake([...words, '--quiet'])).toMatchObject({ code: 0, stderr: '' });
});
