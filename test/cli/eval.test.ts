import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeTensors, encodeTensors } from '../../src/index.ts';
import { runFake, smallRun, temporaryFolder } from './fake-host.ts';

/** A finished run and its last line of metrics, which is the evaluation. */
async function trained(): Promise<{ folder: string; last: string }> {
  const folder = join(temporaryFolder(), 'run');
  await runFake([...smallRun, '--steps', '200', '--seed', '3', '--out', folder]);
  return { folder, last: readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n').at(-1)! };
}

test("evaluating a run's folder or its weights repeats its final evaluation", async () => {
  const { folder, last } = await trained();
  const moved = join(temporaryFolder(), 'weights of a friend');
  copyFileSync(join(folder, 'weights.safetensors'), moved);
  for (const target of [folder, join(folder, 'weights.safetensors'), moved]) {
    expect(await runFake(['eval', target, '--episodes', '5', '--json'])).toMatchObject({ code: 0, stdout: `${last}\n`, stderr: '' });
  }
});

test('for people: a table', async () => {
  const { folder } = await trained();
  const { code, stdout } = await runFake(['eval', folder, '--episodes', '7', '--seed', '1'], { columns: 80 });
  expect(code).toBe(0);
  for (const text of ['7 episodes', 'mean', 'median', 'worst', '95 % interval']) expect(stdout).toContain(text);
});

test('interrupted, it says nothing and ends with 130', async () => {
  const { folder } = await trained();
  const ran = await runFake(['eval', folder, '--episodes', '1000'], { interruptAt: 3 });
  expect(ran).toMatchObject({ code: 130, stdout: '', pauses: 3 });
});

test('weights without a word about their network need the configuration of a run like it', async () => {
  const { folder, last } = await trained();
  const foreign = join(temporaryFolder(), 'foreign.safetensors');
  writeFileSync(foreign, encodeTensors(decodeTensors(readFileSync(join(folder, 'weights.safetensors'))).arrays));
  const without = await runFake(['eval', foreign]);
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('Add --config with the config.json of a run like it')]);
  const given = await runFake(['eval', foreign, '--config', join(folder, 'config.json'), '--episodes', '5', '--json']);
  expect({ ...JSON.parse(given.stdout), global_step: 200 }).toEqual(JSON.parse(last));
});

test('nothing is made room for that only training would need', async () => {
  const { folder, last } = await trained();
  const { arrays, metadata } = decodeTensors(readFileSync(join(folder, 'weights.safetensors')));
  const huge = { ...JSON.parse(metadata.get('config')!), envs: 2 ** 40, batchSize: 2 ** 40, warmupSteps: 2 ** 40, replayCapacity: 2 ** 40 };
  const weights = join(temporaryFolder(), 'weights.safetensors');
  writeFileSync(weights, encodeTensors(arrays, new Map([...metadata, ['config', JSON.stringify(huge)]])));
  const ran = await runFake(['eval', weights, '--episodes', '5', '--json']);
  expect(ran).toMatchObject({ code: 0, stdout: `${last}\n`, stderr: '' });
});

test('weights that do not fit, and files that are none, are clear failures', async () => {
  const { folder } = await trained();
  const broken = join(temporaryFolder(), 'broken.safetensors');
  writeFileSync(broken, readFileSync(join(folder, 'weights.safetensors')).subarray(0, 500));
  const cases: [string[], number, string][] = [
    [['eval', broken], 1, `deepq: ${broken}: safetensors: `],
    [['eval', folder, '--env', 'CartPole-v1'], 1, `deepq: ${join(folder, 'weights.safetensors')}: weights: `],
    [['eval', folder, '--env', 'CartPol-v1'], 2, 'Did you mean CartPole-v1?'],
    [['eval', folder, '--episodes', '-1'], 2, '--episodes: must be a positive integer'],
    [['eval', folder, '--config', join(folder, 'metrics.jsonl')], 2, 'must be JSON'],
  ];
  for (const [words, code, message] of cases) {
    const ran = await runFake(words);
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([code, '', expect.stringContaining(message)]);
  }
});
