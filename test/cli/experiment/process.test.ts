// Experiments as their users run them: processes of their own, shares on several machines, stops in between.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtProgram } from '../built-program.ts';

const { folder, main, start, deepq } = builtProgram();

const small = {
  network: { hidden: [8] },
  warmupSteps: 100,
  batchSize: 8,
  replayCapacity: 500,
};
const plan = {
  name: 'grid',
  environments: ['Chain', 'GridWorld-3x3'],
  variants: [
    { name: 'one step', preset: 'dqn', config: small },
    { name: 'three steps', preset: 'dqn', config: { ...small, nStep: 3 } },
  ],
  seeds: 2,
  steps: 1500,
  evaluationEpisodes: 5,
};

/** Every file of a report, by name. */
const reportOf = (out: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, out))
      .filter((name) => /\.(md|svg)$/.test(name))
      .map((name) => [name, readFileSync(join(folder, out, name), 'utf8')]),
  );

beforeAll(async () => {
  writeFileSync(join(folder, 'grid.json'), JSON.stringify(plan));
  const { code, stdout, stderr } = await deepq('experiment', 'grid.json', '--out', 'whole', '--processes', '2');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('8 of 8: ');
  expect(Object.keys(reportOf('whole')).sort()).toEqual(['Chain.svg', 'GridWorld-3x3.svg', 'table.md']);
}, 60_000);

test('shares in folders of their own, put together, give the bytes of one run', async () => {
  for (const k of [3, 1, 2]) {
    const { code, stdout } = await deepq('experiment', 'grid.json', '--out', `share-${k}`, '--shard', `${k}/3`, '--processes', '2');
    expect(code).toBe(0);
    expect(stdout).toContain(`node dist/cli/main.js report share-${k}/plan.json FOLDER…`);
  }
  const partial = await deepq('report', 'grid.json', 'share-1', 'share-2', '--out', 'partial');
  expect(partial.code).toBe(1);
  expect(partial.stdout).toContain('2 of 8 runs are missing');
  const { code } = await deepq('report', 'grid.json', 'share-1', 'share-2', 'share-3', '--out', 'merged');
  expect(code).toBe(0);
  expect(reportOf('merged')).toEqual(reportOf('whole'));
}, 60_000);

test('interrupted and repeated, it ends with the same bytes and repeats nothing that was done', async () => {
  const words = [main, 'experiment', 'grid.json', '--out', 'cut', '--processes', '2'];
  let sent = false; // a second signal could reach the process while it ends
  const first = await start(process.execPath, words, (child, stdout) => {
    if (!sent && stdout.includes('3 of 8: ')) sent = child.kill('SIGINT');
  });
  expect([first.code, first.stderr]).toEqual([130, 'interrupted; every run is saved. The same command goes on\n']);
  const rest = await deepq('experiment', 'grid.json', '--out', 'cut', '--processes', '2');
  expect(rest.code).toBe(0);
  expect(rest.stdout).toMatch(/^[34567] of 8 runs are done already\n/);
  expect(reportOf('cut')).toEqual(reportOf('whole'));
}, 60_000);

test('more episodes of evaluation are played with the networks that are there', async () => {
  writeFileSync(join(folder, 'longer.json'), JSON.stringify({ ...plan, evaluationEpisodes: 7 }));
  const of = (file: string): Buffer => readFileSync(join(folder, 'share-1/Chain/one-step/seed-1', file));
  const before = of('checkpoint.safetensors');
  const { code, stdout } = await deepq('experiment', 'longer.json', '--out', 'share-1', '--shard', '1/8');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 of 1: Chain\/one-step\/seed-1\n/)]);
  expect(JSON.parse(of('metrics.jsonl').toString().trim().split('\n').at(-1) ?? '')).toMatchObject({ 'eval/episodes': 7 });
  expect(of('checkpoint.safetensors').equals(before)).toBe(true);
}, 60_000);

test('a run that fails ends the experiment with what it said', async () => {
  rmSync(join(folder, 'whole/Chain/one-step/seed-1/metrics.jsonl'));
  const { code, stderr } = await deepq('experiment', 'grid.json', '--out', 'whole');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^deepq: experiment: Chain\/one-step\/seed-1 failed \(exit code 1, log whole\/Chain\/one-step\/seed-1\.log\): deepq: .*metrics\.jsonl: must be readable; got no such file or folder/,
  );
}, 60_000);

test('a folder that holds another experiment is refused, and kept', async () => {
  writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...plan, steps: 1600 }));
  const kept = ['plan.json', 'Chain/one-step/seed-1/config.json'].map((name) => join(folder, 'share-1', name));
  const before = kept.map((path) => readFileSync(path, 'utf8'));
  const { code, stderr } = await deepq('experiment', 'other.json', '--out', 'share-1');
  expect(code).toBe(1);
  expect(stderr).toContain('must be as the experiment plans it; got another run');
  expect(kept.map((path) => readFileSync(path, 'utf8'))).toEqual(before);
}, 60_000);
