// Runs whose processes go wrong. The program is a stand-in that behaves as the name of its run says.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodePlan } from '../../../src/cli/experiment/plan.ts';
import { completeRuns } from '../../../src/cli/experiment/runs.ts';
import { lockName, ownerWithId } from '../../../src/cli/run-lock.ts';
import { createFakeHost, runFake, temporaryFolder } from '../fake-host.ts';

/** Writes `ready` in its folder; then ends as the variant is called, or saves when it is interrupted. */
const standIn = `
  import { existsSync, writeFileSync } from 'node:fs';
  const folder = process.argv[process.argv.indexOf('--out') + 1];
  const write = (name) => writeFileSync(folder + '/' + name, '');
  const when = (file, work) => setInterval(() => existsSync(file) && work(), 5);
  process.on('SIGINT', () => { write('saved'); process.exit(130); });
  write('ready');
  const other = folder.replace(/killed|lost/, 'patient');
  if (folder.includes('killed')) when(other + '/ready', () => process.kill(process.pid, 'SIGKILL'));
  else if (folder.includes('lost')) when(other + '/ready', () => { console.error('deepq: the loss became NaN'); process.exit(1); });
  else setInterval(() => {}, 1000);
`;

const fileOf = (seeds: number, ...variants: string[]): string =>
  JSON.stringify({ name: 'grid', environments: ['Chain'], variants: variants.map((name) => ({ name })), seeds, steps: 100 });

test.each([
  ['killed', (log: string) => `experiment: Chain/killed/seed-1 failed (ended by SIGKILL, log ${log}): it said nothing`],
  ['lost', (log: string) => `experiment: Chain/lost/seed-1 failed (exit code 1, log ${log}): deepq: the loss became NaN`],
])('when a run is %s, it is named with its log, and the others are saved', async (name, message) => {
  const folder = temporaryFolder();
  const script = join(folder, 'stand-in.mjs');
  writeFileSync(script, standIn);
  const { host } = createFakeHost({ program: [process.execPath, script] });
  const { runs } = decodePlan(fileOf(1, name, 'patient', 'never begun'), 'file');
  const log = join(folder, 'Chain', name, 'seed-1.log');
  await expect(completeRuns({ runs, unfinished: runs, folder, processes: 2, host })).rejects.toThrow(message(log));
  expect(existsSync(log)).toBe(true);
  expect(readdirSync(join(folder, 'Chain/patient/seed-1')).sort()).toEqual(['ready', 'saved']);
  expect(existsSync(join(folder, 'Chain/patient/seed-1.log'))).toBe(false); // it had nothing to say
  expect(existsSync(join(folder, 'Chain/never-begun'))).toBe(false);
});

test('a run that another process trains is named, and the log of that process stays', async () => {
  const folder = temporaryFolder();
  const { host } = createFakeHost({ program: [join(folder, 'nowhere')] });
  const { runs } = decodePlan(fileOf(1, 'dqn'), 'file');
  const own = join(folder, 'Chain/dqn/seed-1');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, lockName(ownerWithId(process.ppid))), '');
  writeFileSync(`${own}.log`, 'so far');
  await expect(completeRuns({ runs, unfinished: runs, folder, processes: 1, host })).rejects.toThrow(
    `experiment: Chain/dqn/seed-1 could not be started (log ${own}.log): ${own}: must not be in use by another process`,
  );
  expect(readFileSync(`${own}.log`, 'utf8')).toBe('so far');
});

test('what cannot learn is said beforehand; when no process can be started, the run is named with the reason and the exit code says so', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'grid.json');
  writeFileSync(file, fileOf(2, 'dqn'));
  const out = join(folder, 'out');
  const log = join(out, 'Chain/dqn/seed-1.log');
  expect(await runFake(['experiment', file, '--out', out], { program: [join(folder, 'nowhere')] })).toMatchObject({
    code: 1,
    stderr:
      'deepq: Chain, dqn: nothing is learned before step 1,000 (warmupSteps), and the run ends at step 100. ' +
      'Give it more steps or a smaller warmupSteps\n' +
      `deepq: experiment: Chain/dqn/seed-1 could not be started (log ${log}): spawn ${join(folder, 'nowhere')} ENOENT\n`,
  });
  expect(readFileSync(join(out, 'plan.json'), 'utf8')).toBe(fileOf(2, 'dqn'));
});
