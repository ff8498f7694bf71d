// The built command as a process of its own: signals, exit codes, outputs, limits of the system. What can be tested without a
// process is tested elsewhere.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runFiles } from '../../src/cli/run-folder.ts';
import { builtProgram, type Ended, project } from './built-program.ts';

const { folder, main, start, deepq } = builtProgram();

/** Runs deepq and sends it signals as soon as it has written some lines of metrics. */
function deepqUntil(signals: readonly NodeJS.Signals[], lines: number, ...words: string[]): Promise<Ended> {
  let sent = false;
  return start(process.execPath, [main, ...words], (child, stdout) => {
    if (sent || stdout.split('\n').length <= lines) return;
    sent = true;
    for (const signal of signals) child.kill(signal);
  });
}

const contents = (run: string): Record<string, string> =>
  Object.fromEntries(runFiles.map((name) => [name, readFileSync(join(folder, run, name), 'latin1').replace(/,"charts\/SPS":\d+/g, '')]));

const chain = ['train', '--env', 'Chain', '--network.hidden', '8', '--batchSize', '8', '--warmupSteps', '200'];

test('trains CartPole off a terminal: plain lines, five files, exit code 0', async () => {
  const { code, stdout, stderr } = await deepq(
    'train',
    '--env',
    'CartPole-v1',
    '--steps',
    '2000',
    '--eval-episodes',
    '5',
    '--out',
    'runs/a',
  );
  expect([code, stderr]).toEqual([0, '']);
  for (const control of ['\r', '\x1b']) expect(stdout).not.toContain(control);
  expect(stdout).toContain('next        node dist/cli/main.js eval runs/a --episodes 1000\n');
  expect(readdirSync(join(folder, 'runs/a')).sort()).toEqual([...runFiles].sort());
  const again = await deepq('eval', 'runs/a', '--episodes', '5');
  expect(again.stdout.split('\n').slice(1, 5)).toEqual(stdout.split('\n').slice(3, 7));
});

test('the version is that of the package; help and mistakes have their exit codes', async () => {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  expect(await deepq('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  expect((await deepq('train', '--env', 'CartPole')).code).toBe(2);
  expect(await deepq('train', '--env', 'Catch', '--gama', '1')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'deepq: train: there is no flag --gama. Did you mean --gamma?\n',
  });
});

describe('signals', () => {
  beforeAll(async () => {
    const words = [...chain, '--steps', '8000', '--eval-episodes', '10', '--quiet', '--out', 'runs/whole'];
    expect(await deepq(...words)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('SIGINT saves the run; resumed in a new process it ends as if nothing had happened', async () => {
    const words = [...chain, '--steps', '8000', '--eval-episodes', '10', '--json'];
    const first = await deepqUntil(['SIGINT'], 300, ...words, '--out', 'runs/cut');
    expect(first.code).toBe(130);
    expect(first.stderr).toMatch(
      /^interrupted at step [\d,]+ of 8,000; saved\. To continue:\n {2}node dist\/cli\/main\.js resume runs\/cut\n$/,
    );
    for (const line of first.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('global_step');
    const rest = await deepq('resume', 'runs/cut', '--json');
    expect(rest.code).toBe(0);
    expect(contents('runs/cut')).toEqual(contents('runs/whole'));
    const spoken = (first.stdout + rest.stdout).replace(/,"charts\/SPS":\d+/g, '');
    expect(spoken).toBe(contents('runs/whole')['metrics.jsonl']);
  });

  test('killed without a word, it goes on from its last checkpoint to the same end', async () => {
    const words = [...chain, '--steps', '8000', '--eval-episodes', '10', '--json', '--checkpoint-every', '0.05', '--out', 'runs/killed'];
    expect((await deepqUntil(['SIGKILL'], 600, ...words)).code).toBeNull();
    expect((await deepq('resume', 'runs/killed', '--quiet')).code).toBe(0);
    expect(contents('runs/killed')).toEqual(contents('runs/whole'));
    expect(readdirSync(join(folder, 'runs/killed')).sort()).toEqual([...runFiles].sort());
  });

  test('a reader who goes away, such as head, saves the run; resumed it ends as if nothing had happened', async () => {
    const words = [...chain, '--steps', '8000', '--eval-episodes', '10', '--json', '--out', 'runs/piped'];
    const { code, stderr } = await start(process.execPath, [main, ...words], (child) => child.stdout?.destroy());
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /^interrupted at step [\d,]+ of 8,000; saved\. To continue:\n {2}node dist\/cli\/main\.js resume runs\/piped\n$/,
    );
    expect((await deepq('resume', 'runs/piped', '--quiet')).code).toBe(0);
    expect(contents('runs/piped')).toEqual(contents('runs/whole'));
  });

  test.each([
    ['SIGTERM is heard as well', ['SIGTERM'], 'runs/terminated'],
    ['one Ctrl-C that arrives twice still saves', ['SIGINT', 'SIGINT'], 'runs/twice'],
  ] as const)('%s', async (_name, signals, out) => {
    const { code, stderr } = await deepqUntil(signals, 50, ...chain, '--steps', '1000000', '--json', '--out', out);
    expect([code, stderr]).toEqual([130, expect.stringContaining(`resume ${out}`)]);
    expect(existsSync(join(folder, out, 'checkpoint.safetensors'))).toBe(true);
  });
});

test.runIf(process.platform !== 'win32')('a list that nobody reads is no failure, nor are two outputs that nobody reads', async () => {
  /** The exit code of a command whose outputs both end in a program that has ended. */
  const unread = async (...words: string[]): Promise<string> => {
    const script = '{ { "$@" 2>&1; echo $? >&3; } | :; } 3>&1';
    return (await start('/bin/sh', ['-c', script, 'sh', process.execPath, main, ...words])).stdout;
  };
  expect(await unread('envs')).toBe('0\n');
  expect(await unread('no-such-command')).toBe('2\n');
  expect(await unread(...chain, '--steps', '1000000', '--json', '--out', 'runs/unread')).toBe('130\n');
  expect(readdirSync(join(folder, 'runs/unread')).sort()).toEqual([...runFiles].sort());
});

test('while a process trains, others may look at its folder but not write to it', async () => {
  const words = [...chain, '--steps', '1000000', '--json', '--checkpoint-every', '0.05', '--out', 'runs/used'];
  let others: Promise<Ended[]> | undefined;
  const first = await start(process.execPath, [main, ...words], (child) => {
    if (others !== undefined || !existsSync(join(folder, 'runs/used/weights.safetensors'))) return;
    const commands = [
      ['train', '--env', 'Chain', '--out', 'runs/used'],
      [...words, '--overwrite'],
      ['resume', 'runs/used'],
    ];
    others = Promise.all([...commands, ['eval', 'runs/used', '--episodes', '1']].map((command) => deepq(...command))).finally(() =>
      child.kill('SIGINT'),
    );
  });
  const [train, overwrite, resume, evaluation] = await others!;
  for (const refused of [train, overwrite, resume]) {
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^deepq: runs\/used: must not be in use by another process; got process \d+ on [^\n]+\n$/);
  }
  expect([evaluation.code, first.code]).toEqual([0, 130]);
  expect(readdirSync(join(folder, 'runs/used')).sort()).toEqual([...runFiles].sort());
});

test('threads do not keep a process alive, closed or not', async () => {
  const words = [...chain, '--steps', '300', '--quiet', '--threads', '2', '--out', 'runs/threads'];
  expect(await deepq(...words)).toEqual({ code: 0, stdout: '', stderr: '' });
  for (const end of ['', 'await on.ready;', 'on.close();']) {
    const script = `import { createWasmBackend } from './dist/index.js'; const on = createWasmBackend({ threads: 3 }); ${end}`;
    expect(await start(process.execPath, ['--input-type=module', '-e', script])).toEqual({ code: 0, stdout: '', stderr: '' });
  }
});

// A limit on the size of files stands in for a full disk: the system refuses to write, in the middle of a file.
describe.runIf(process.platform !== 'win32')('when the system refuses to write', () => {
  /** `blocks` are of 512 bytes. */
  const limited = (blocks: number, ...words: string[]): Promise<Ended> =>
    start('/bin/sh', ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, main, ...words]);

  test('an earlier checkpoint stays as it was and no temporary file is left', async () => {
    await deepqUntil(['SIGINT'], 100, ...chain, '--steps', '12000', '--json', '--out', 'runs/full');
    const before = contents('runs/full');
    const size = readFileSync(join(folder, 'runs/full/checkpoint.safetensors')).length;
    const { code, stderr } = await limited(Math.floor(size / 512), 'resume', 'runs/full', '--checkpoint-every', '0.1');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^deepq: runs\/full\/checkpoint\.safetensors: must be writable; got a file larger than is allowed \(EFBIG\)\. [^\n]+ is as it was\n$/,
    );
    const after = contents('runs/full');
    for (const name of runFiles) if (name !== 'metrics.jsonl') expect(after[name]).toBe(before[name]);
    expect(after['metrics.jsonl'].startsWith(before['metrics.jsonl'])).toBe(true);
    expect(readdirSync(join(folder, 'runs/full')).sort()).toEqual([...runFiles].sort());
    expect((await deepq('resume', 'runs/full', '--steps', '12000', '--quiet')).code).toBe(0);
  });

  test('standard output: one line says so', async () => {
    const { code, stderr } = await start('/bin/sh', ['-c', 'ulimit -f 0; exec "$@" > list', 'sh', process.execPath, main, 'envs']);
    expect(code).toBe(1);
    expect(stderr).toBe('deepq: standard output: must be writable; got a file larger than is allowed (EFBIG)\n');
  });

  test('metrics end with a whole line', async () => {
    const { code, stderr } = await limited(200, ...chain, '--steps', '12000', '--out', 'runs/metrics');
    expect(code).toBe(1);
    expect(stderr).toContain('runs/metrics/metrics.jsonl: must take more lines; got a file larger than is allowed (EFBIG)');
    const lines = readFileSync(join(folder, 'runs/metrics/metrics.jsonl'), 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('global_step');
  });
});
