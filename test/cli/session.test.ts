import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Metrics } from '../../src/cli/metrics.ts';
import { runFiles } from '../../src/cli/run-folder.ts';
import { Rng } from '../../src/index.ts';
import { runFake, smallRun, temporaryFolder } from './fake-host.ts';

/** Every file of a run as text, bytes kept; steps per second, which come from a clock, are left out. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(runFiles.map((name) => [name, readFileSync(join(folder, name), 'latin1').replace(/,"charts\/SPS":\d+/g, '')]));
}

const readMetrics = (folder: string): Metrics[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a run leaves its five files and nothing else, says how it went, and what to do next', async () => {
  const out = join(temporaryFolder(), 'run');
  const { code, stdout, stderr } = await runFake([...smallRun, '--steps', '400', '--out', out]);
  expect([code, stderr]).toEqual([0, '']);
  expect(readdirSync(out).sort()).toEqual([...runFiles].sort());
  expect(stdout).toMatch(/^Chain, preset steady, seed 0: 400 steps; kernels: (js|wasm)\n/);
  expect(stdout).toContain('trained 400 steps');
  for (const word of ['mean', 'median', 'worst', 'interquartile mean', '95 % interval', `run folder  ${out}`, `deepq eval ${out}`]) {
    expect(stdout).toContain(word);
  }
});

test('metrics tell every episode, rise in steps, and end with the evaluation', async () => {
  const out = join(temporaryFolder(), 'run');
  const { stdout, stderr } = await runFake([...smallRun, '--steps', '400', '--out', out, '--json']);
  const lines = readMetrics(out);
  expect(stdout).toBe(readFileSync(join(out, 'metrics.jsonl'), 'utf8'));
  expect(stderr).toBe('');
  const steps = lines.map((line) => line.global_step);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  const episodes = lines.filter((line) => 'charts/episodic_return' in line);
  const length = episodes.reduce((sum, line) => sum + (line['charts/episodic_length'] as number), 0);
  expect(length).toBe(episodes.at(-1)!.global_step);
  expect(lines.filter((line) => 'losses/td_loss' in line).map((line) => line.global_step)).toEqual([100, 200, 300, 400]);
  expect(lines.at(-1)).toMatchObject({ global_step: 400, 'eval/episodes': 5 });
});

test('--quiet says nothing and writes everything', async () => {
  const folder = temporaryFolder();
  const ran = await runFake([...smallRun, '--steps', '300', '--quiet', '--out', join(folder, 'quiet')]);
  await runFake([...smallRun, '--steps', '300', '--out', join(folder, 'spoken')]);
  expect(ran).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(contents(join(folder, 'quiet'))).toEqual(contents(join(folder, 'spoken')));
});

test('a terminal sees one line redrawn, and whole lines only after it is cleared', async () => {
  const out = join(temporaryFolder(), 'run');
  const { stdout } = await runFake([...smallRun, '--steps', '400', '--out', out], { columns: 60 });
  for (const part of stdout.split('\n')) {
    const drawn = part.split('\r');
    expect(drawn.at(-1)!.replace('\x1b[K', '')).not.toContain('█');
    for (const line of drawn) expect(line.replace('\x1b[K', '').length).toBeLessThan(120);
  }
  expect(stdout).toContain('\r\x1b[Ktrained 400 steps');
});

describe('interrupted anywhere, saved and resumed, a run is the run that was never interrupted', () => {
  const rng = new Rng(7);
  const cuts = Array.from({ length: 20 }, () => rng.integer(1, 32)); // the run takes 32 slices

  test('at 20 random pauses, byte for byte', async () => {
    const folder = temporaryFolder();
    const whole = join(folder, 'whole');
    const words = [...smallRun, '--steps', '600'];
    const { pauses } = await runFake([...words, '--out', whole]);
    expect(pauses).toBeGreaterThanOrEqual(30);
    for (const cut of cuts) {
      const out = join(folder, `cut-${cut}`);
      const first = await runFake([...words, '--out', out, '--overwrite'], { interruptAt: cut });
      expect(first.code).toBe(130);
      expect(first.stderr).toContain(`saved. To continue:\n  deepq resume ${out}\n`);
      expect((await runFake(['resume', out], { tick: 3 })).code).toBe(0);
      expect(contents(out)).toEqual(contents(whole));
    }
  });

  test('in several copies of the environment too', async () => {
    const folder = temporaryFolder();
    const [whole, out] = [join(folder, 'whole'), join(folder, 'out')];
    const words = [...smallRun, '--steps', '300', '--envs', '3'];
    await runFake([...words, '--out', whole]);
    expect((await runFake([...words, '--out', out], { interruptAt: 5 })).code).toBe(130);
    expect((await runFake(['resume', out])).code).toBe(0);
    expect(contents(out)).toEqual(contents(whole));
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).config.envs).toBe(3);
  });

  test('how often checkpoints are made changes nothing', async () => {
    const folder = temporaryFolder();
    await runFake([...smallRun, '--steps', '300', '--out', join(folder, 'often'), '--checkpoint-every', '0.01']);
    await runFake([...smallRun, '--steps', '300', '--out', join(folder, 'never'), '--checkpoint-every', '1e6']);
    expect(contents(join(folder, 'often'))).toEqual(contents(join(folder, 'never')));
  });

  test('killed after a checkpoint, the lines written since are cut away', async () => {
    const folder = temporaryFolder();
    const [whole, out] = [join(folder, 'whole'), join(folder, 'out')];
    await runFake([...smallRun, '--steps', '600', '--out', whole]);
    await runFake([...smallRun, '--steps', '600', '--out', out], { interruptAt: 10 });
    const checkpoint = readFileSync(join(out, 'checkpoint.safetensors'));
    await runFake(['resume', out], { interruptAt: 10 });
    writeFileSync(join(out, 'checkpoint.safetensors'), checkpoint); // as if the second session had been killed
    writeFileSync(join(out, '.weights.safetensors.123.tmp'), 'half');
    await runFake(['resume', out]);
    expect(contents(out)).toEqual(contents(whole));
    expect(readdirSync(out).sort()).toEqual([...runFiles].sort());
  });

  test('resuming a finished run only repeats its evaluation', async () => {
    const out = join(temporaryFolder(), 'run');
    await runFake([...smallRun, '--steps', '300', '--out', out]);
    const before = contents(out);
    const { code, stdout } = await runFake(['resume', out]);
    expect([code, contents(out)]).toEqual([0, before]);
    expect(stdout).toContain('all 300 steps are trained; evaluating the network');
    expect(stdout).not.toContain('trained 0');
  });
});

test('interrupted in the final evaluation, it says so, and resuming is the evaluation and the end', async () => {
  const folder = temporaryFolder();
  const [whole, out] = [join(folder, 'whole'), join(folder, 'out')];
  const words = [...smallRun, '--steps', '300', '--eval-episodes', '400'];
  const { pauses } = await runFake([...words, '--out', whole]);
  const first = await runFake([...words, '--out', out], { interruptAt: pauses });
  expect(first.code).toBe(130);
  expect(first.stderr).toContain(
    `interrupted in the evaluation; all 300 steps are trained and saved. To evaluate again:\n  deepq resume ${out}\n`,
  );
  const { code, stdout } = await runFake(['resume', out]);
  expect([code, contents(out)]).toEqual([0, contents(whole)]);
  expect(stdout).toMatch(
    /: all 300 steps are trained; evaluating the network; kernels: \w+\ngreedy evaluation of the final network, 400 episodes\n/,
  );
});

test('a run that was given −0, which config.json cannot hold, resumes', async () => {
  const out = join(temporaryFolder(), 'run');
  await runFake([...smallRun, '--steps', '200', '--learningRate.end', '-0', '--out', out]);
  expect(await runFake(['resume', out, '--quiet'])).toMatchObject({ code: 0, stderr: '' });
});

test('--steps makes a run longer, warns when the learning rate is 0 by then, and cannot make it shorter than it is', async () => {
  const out = join(temporaryFolder(), 'run');
  await runFake([...smallRun, '--steps', '200', '--out', out]);
  const longer = await runFake(['resume', out, '--steps', '300']);
  expect(longer.code).toBe(0);
  expect(longer.stderr).toContain('the learning rate is 0 from step 200 on');
  expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).steps).toBe(300);
  expect(
    readMetrics(out)
      .filter((line) => 'eval/mean_return' in line)
      .map((line) => line.global_step),
  ).toEqual([300]);
  const shorter = await runFake(['resume', out, '--steps', '100']);
  expect([shorter.code, shorter.stderr]).toEqual([2, 'deepq: --steps: must be at least 300, which the run has reached; got 100\n']);
});

test('a loss that becomes no number is a clear failure; the metrics up to then stay', async () => {
  const out = join(temporaryFolder(), 'run');
  const words = [
    ...smallRun,
    '--steps',
    '400',
    '--learningRate',
    '1e30',
    '--maxGradientNorm',
    'null',
    '--loss',
    'mse',
    '--optimizer',
    'sgd',
  ];
  const { code, stderr } = await runFake([...words, '--network.layerNorm', 'false', '--out', out]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^deepq: learn: the loss became \w+ at update \d+; [^\n]+\n$/)]);
  expect(readMetrics(out).length).toBeGreaterThan(3);
  expect(readdirSync(out).sort()).toEqual(['config.json', 'metrics.jsonl']);
});

test('a damaged file is a clear failure, and every file stays as it is', async () => {
  const folder = temporaryFolder();
  const whole = join(folder, 'whole');
  await runFake([...smallRun, '--steps', '200', '--out', whole]);
  const damagedRun = async (name: string, bytes: Uint8Array): Promise<void> => {
    const out = join(folder, 'damaged');
    cpSync(whole, out, { recursive: true });
    writeFileSync(join(out, name), bytes);
    const before = contents(out);
    const { code, stdout, stderr } = await runFake(['resume', out]);
    expect([code, stdout, contents(out)]).toEqual([1, '', before]);
    expect(stderr).toMatch(/^deepq: [^\n]+; got [^\n]+\n$|^deepq: [^\n]+must [^\n]+\n$/);
    expect(stderr).toContain(join(out, name));
    expect(stderr).not.toContain('mistake in deepq');
    rmSync(out, { recursive: true });
  };
  const checkpoint = readFileSync(join(whole, 'checkpoint.safetensors'));
  await fc.assert(
    fc.asyncProperty(fc.nat(checkpoint.length - 1), (length) => damagedRun('checkpoint.safetensors', checkpoint.subarray(0, length))),
    { numRuns: 30 },
  );
  await damagedRun('checkpoint.safetensors', readFileSync(join(whole, 'weights.safetensors')));
  await damagedRun('config.json', Buffer.from('{"environment":'));
  await damagedRun('config.json', Buffer.from(readFileSync(join(whole, 'config.json'), 'utf8').replace('"gamma": 0.99', '"gamma": 0.5')));
  await damagedRun('metrics.jsonl', Buffer.from('x\ny\n'));
});
