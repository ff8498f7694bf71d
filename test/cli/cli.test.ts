import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createConfig, envs, presets } from '../../src/index.ts';
import { runFake, temporaryFolder } from './fake-host.ts';

test('help is complete: every command, every flag of train, the exit codes', async () => {
  for (const words of [['help'], ['--help'], ['-h']]) {
    const { code, stdout } = await runFake(words);
    expect(code).toBe(0);
    for (const text of ['train', 'resume', 'eval', 'envs', 'presets', 'exit codes: 0', '130 interrupted']) expect(stdout).toContain(text);
  }
  const { stdout } = await runFake(['help', 'train']);
  for (const flag of ['env', 'checkpoint-every', 'gamma', 'network.hidden', 'epsilon.end', 'maxGradientNorm']) {
    expect(stdout).toContain(`--${flag} `);
  }
  expect(stdout).toMatch(/--gamma VALUE +what one step of delay multiplies a reward by; 0\.999\n/);
  expect(stdout).not.toContain('undefined');
  expect((await runFake(['train', '--nonsense', '--help'])).stdout).toBe(stdout);
});

test('the version', async () => {
  expect(await runFake(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n' });
});

test('no command at all is a wrong command line, answered with help', async () => {
  const { code, stdout, stderr } = await runFake([]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('usage: deepq COMMAND');
});

test('envs lists every environment, for people and for programs', async () => {
  const text = await runFake(['envs']);
  const lines = (await runFake(['envs', '--json'])).stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).name)).toEqual(envs.map((entry) => entry.name));
  for (const { name } of envs) expect(text.stdout).toContain(`${name}: `);
  for (const preset of ['steady', 'minatar', 'atari']) expect(text.stdout).toContain(`\n  preset       ${preset}\n`);
});

test('whoever trains on pictures without choosing a preset is told which one suits', async () => {
  const said = async (...words: string[]): Promise<string> => {
    const small = ['--steps', '2', '--warmupSteps', '1', '--batchSize', '1', '--eval-episodes', '1', '--replayCapacity', '2'];
    return (await runFake(['train', ...words, ...small, '--out', join(temporaryFolder(), 'run')])).stderr;
  };
  const breakout = ['--env', 'MinAtar-Breakout'];
  expect(await said(...breakout)).toBe('deepq: steady is for small tasks; what suits MinAtar-Breakout is --preset minatar\n');
  expect(await said(...breakout, '--preset', 'minatar')).toBe('');
  expect(await said(...breakout, '--preset', 'steady')).toBe('');
  expect(await said(...breakout, '--quiet')).toBe('');
  expect(await said('--env', 'Catch')).toBe('');
});

test('one of a thing is no plural', async () => {
  const out = join(temporaryFolder(), 'run');
  const train = await runFake([
    'train',
    '--env',
    'CartPole-v1',
    '--steps',
    '1',
    '--warmupSteps',
    '1',
    '--batchSize',
    '1',
    '--eval-episodes',
    '1',
    '--out',
    out,
  ]);
  const said = [train, await runFake(['resume', out]), await runFake(['play', out, '--steps', '1'])].map(({ stdout }) => stdout).join('');
  for (const text of [
    'seed 0: 1 step;',
    'trained 1 step, 0 episodes, in',
    'network, 1 episode\n',
    'its only step is trained;',
    'in 1 step, ',
  ]) {
    expect(said).toContain(text);
  }
  expect(said).not.toMatch(/\b1 \w+s\b/);
  expect(said).not.toContain('interval'); // of one episode there is none
  expect(readFileSync(join(out, 'curve.svg'), 'utf8')).toContain('Returns of 0 episodes over 1 environment step. The final network');
  expect(readFileSync(join(out, 'curve.svg'), 'utf8')).toContain('over 1 greedy episode.');
});

test('presets lists every preset, and prints one as a configuration for the length of a run', async () => {
  const text = await runFake(['presets']);
  for (const name of presets.keys()) expect(text.stdout).toContain(name);
  const lines = (await runFake(['presets', '--json'])).stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).name)).toEqual([...presets.keys()]);
  const config = JSON.parse((await runFake(['presets', 'steady', '--steps', '777'])).stdout);
  expect(createConfig(config).learningRate).toMatchObject({ steps: 777 });
});

describe('a wrong command line ends with 2, one line on stderr, and touches nothing', () => {
  test.each([
    [['trian'], 'Did you mean train?'],
    [['help', 'evil'], 'Did you mean eval?'],
    [['train'], 'train: --env must be given'],
    [['--env', 'Chain'], 'deepq: command: must come before flags; got --env. `deepq help` lists them'],
    [['ablate', '--env', 'Chain', '--seed', '2'], 'ablate: there is no flag --seed. Did you mean --seeds?'],
    [['train', '--env', 'CartPole-v2'], 'deepq: --env: must be one of '],
    [['train', '--env', 'CartPole-v2'], 'Did you mean CartPole-v1?'],
    [['train', '--env', 'CartPole-v2', '--steps', '10'], 'deepq: --env: must be one of '],
    [['train', '--env', 'Chain', '--preset', 'stedy'], 'deepq: --preset: must be one of '],
    [['train', '--env', 'Chain', '--out', ''], '--out: must be followed by FOLDER; got nothing'],
    [['train', '--env', 'Chain', '--preset', 'stedy'], 'Did you mean steady?'],
    [['train', '--env', 'Chain', '--diagnostics=often'], '--diagnostics: must be true or false; got "often"'],
    [['ablate', '--env', 'Foo'], 'deepq: --env: must be one of '],
    [['ablate', '--env', 'Chain', '--preset', 'Foo'], 'deepq: --preset: must be one of '],
    [['play', '--env', 'Foo'], 'deepq: --env: must be one of '],
    [['train', '--env', 'Chain', '--gama', '1'], 'Did you mean --gamma?'],
    [['train', '--env', 'Chain', '--learning-rate.strat', '1'], 'Did you mean --learning-rate.start?'],
    [['train', '--env', 'Chain', '--gamma', '2'], '--gamma: must be in [0, 1]; got 2'],
    [['train', '--env', 'Chain', '--network.conv', '[{"filters":4,"kernel":3,"stride":1}]'], 'network.conv: must be empty'],
    [['train', '--env', 'Chain', '--json', '--quiet'], '--quiet: must not be given with --json'],
    [['train', '--env', 'Chain', '--steps', '0'], '--steps: must be a positive integer'],
    [['train', '--env', 'Chain', '--checkpoint-every', '0'], '--checkpoint-every: must be a positive number'],
    [['train', 'Chain'], 'train: takes no words beside flags; got "Chain"'],
    [['resume'], 'resume: must be followed by the folder of a run'],
    [['eval'], 'eval: must be followed by'],
    [['presets', 'stedy'], 'deepq: presets: must be one of '],
    [['presets', 'stedy'], 'Did you mean steady?'],
    [['presets', '--steps', '5'], '--steps: must come with the name of a preset'],
    [['envs', '--all'], 'envs: there is no flag --all'],
  ])('%j', async (words, message) => {
    const out = join(temporaryFolder(), 'run');
    const { code, stdout, stderr } = await runFake(words[0] === 'train' ? [...words, '--out', out] : words);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^deepq: [^\n]+\n$/);
    expect([code, stdout, existsSync(out)]).toEqual([2, '', false]);
  });
});

test('a path that leads nowhere is a wrong command line, whichever command it is given to', async () => {
  const folder = temporaryFolder();
  const nowhere = join(folder, 'nowhere');
  const plan = join(folder, 'plan.json');
  writeFileSync(plan, JSON.stringify({ name: 'x', environments: ['Chain'], variants: ['dqn'], seeds: 1 }));
  for (const words of [
    ...['resume', 'eval', 'play', 'experiment'].map((name) => [name, nowhere]),
    ['report', nowhere, folder],
    ['report', plan, nowhere],
    ['train', '--env', 'Chain', '--config', nowhere],
  ]) {
    const { code, stdout, stderr } = await runFake(words);
    expect([words[0], code, stdout]).toEqual([words[0], 2, '']);
    expect(stderr).toMatch(RegExp(`^deepq: ${nowhere}: must be [^\\n]+; got no such file or folder( \\(ENOENT\\))?\\n$`));
  }
  for (const name of ['resume', 'eval', 'play']) {
    const { code, stderr } = await runFake([name, folder]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/; it has no (checkpoint|weights)\.safetensors\n$/)]);
  }
  expect((await runFake(['experiment', folder])).stderr).toBe(`deepq: ${folder}: must be readable; got a folder (EISDIR)\n`);
});

describe('--config', () => {
  const small = ['--steps', '60', '--warmupSteps', '40', '--batchSize', '4', '--eval-episodes', '1', '--quiet'];

  async function configOf(
    folder: string,
    ...words: string[]
  ): Promise<{ environment: string; preset: string; steps: number; config: never }> {
    const out = join(folder, 'out');
    const ran = await runFake(['train', ...small, '--out', out, '--overwrite', ...words]);
    expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
    return JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
  }

  test('some fields are laid over the preset, and flags over them', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'part.json');
    writeFileSync(file, '{ "gamma": 0.5, "nStep": 2, "network": { "layerNorm": true }, "epsilon": { "end": 0.2 } }');
    const run = await configOf(folder, '--env', 'Chain', '--preset', 'dqn', '--config', file, '--nStep', '4');
    expect(run).toMatchObject({ environment: 'Chain', preset: 'dqn', steps: 60, config: { gamma: 0.5, nStep: 4, double: false } });
    expect(run.config).toMatchObject({ network: { hidden: [128, 128], layerNorm: true }, epsilon: { kind: 'linear', start: 1, end: 0.2 } });
  });

  test("a run's config.json repeats the run", async () => {
    const folder = temporaryFolder();
    const first = await configOf(folder, '--env', 'GridWorld-3x3', '--gamma', '0.7', '--seed', '5');
    const file = join(folder, 'whole.json');
    writeFileSync(file, JSON.stringify(first));
    expect(await configOf(folder, '--config', file)).toEqual(first);
    expect((await runFake(['train', '--config', file, '--preset', 'dqn'])).stderr).toContain('--preset: must not be given with');
  });

  test.each([
    ['{ "gamma": 2 }', 2, 'bad.json: config.gamma: must be in [0, 1]; got 2'],
    ['{ "gama": 1 }', 2, 'bad.json: config.gama: must be absent (known fields: seed, gamma'],
    ['{', 2, 'must be JSON'],
  ])('%s is refused', async (text, expected, message) => {
    const file = join(temporaryFolder(), 'bad.json');
    writeFileSync(file, text);
    const { code, stderr } = await runFake(['train', '--env', 'Chain', '--config', file]);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(message)]);
  });
});
