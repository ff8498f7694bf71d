// Trains on each task with several seeds through the command line, and requires that every final network solves it. Two
// processes at a time; the tables are Markdown, as docs/results.md holds them.
//
//   npm run test:learn                          every task below
//   npm run test:learn -- CartPole-v1 --seeds 10 --preset dqn --steps 50000 --gamma 0.99
//
// A name chooses a task; --seeds takes the first so many; every other flag goes to `deepq train` as it stands.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEnv } from '../../dist/index.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const processes = 2;
/** Fixed before anything was measured: the seeds are 1 to this. */
const tasks = new Map([
  ['CartPole-v1', 20],
  ['Acrobot-v1', 5],
  ['MountainCar-v0', 5],
  ['Catch', 5],
]);

function readArguments(words) {
  const names = [];
  const passed = [];
  let seeds;
  while (words.length > 0) {
    const word = words.shift();
    if (word === '--seeds') seeds = Number(words.shift());
    else if (word.startsWith('--')) passed.push(word, ...(words.length > 0 && !words[0].startsWith('--') ? [words.shift()] : []));
    else names.push(findEnv(word).name);
  }
  return { names: names.length > 0 ? names : [...tasks.keys()], seeds, passed };
}

/** Trains once and returns the evaluation of the final network, with the seconds that the whole command took. */
function train(environment, seed, passed) {
  const folder = mkdtempSync(join(tmpdir(), 'deepq-learn-'));
  const begin = performance.now();
  const child = spawn(process.execPath, [
    command,
    'train',
    '--env',
    environment,
    '--seed',
    seed,
    ...passed,
    '--json',
    '--overwrite',
    '--out',
    folder,
  ]);
  let last = '';
  let errors = '';
  child.stdout.on('data', (data) => {
    last = (last + data).split('\n').slice(-2).join('\n');
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      rmSync(folder, { recursive: true, force: true });
      if (code !== 0) return reject(new Error(`${environment}, seed ${seed}: exit ${code}: ${errors}`));
      const report = JSON.parse(last);
      resolve({
        seed,
        steps: report.global_step,
        mean: report['eval/mean_return'],
        worst: report['eval/worst_return'],
        seconds: (performance.now() - begin) / 1000,
      });
    });
  });
}

/** The results of all seeds, in order, from as many processes at a time as there should be. */
async function trainAll(environment, seeds, passed) {
  const results = [];
  let next = 1;
  const worker = async () => {
    while (next <= seeds) {
      const result = await train(environment, next++, passed);
      results.push(result);
      console.error(`${environment} seed ${result.seed}: mean ${result.mean}, worst ${result.worst}, ${result.seconds.toFixed(0)} s`);
    }
  };
  await Promise.all(Array.from({ length: processes }, worker));
  return results.sort((a, b) => a.seed - b.seed);
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const { names, seeds, passed } = readArguments(process.argv.slice(2));
console.log(
  `\nNode ${process.version} on ${cpus()[0]?.model}; ${processes} processes${passed.length > 0 ? `; ${passed.join(' ')}` : ''}\n`,
);
console.log('| environment | steps | seeds | solved | median | worst seed | each seed | seconds a run |');
console.log('|---|---|---|---|---|---|---|---|');
let failed = false;
for (const environment of names) {
  const { solvedReturn } = findEnv(environment);
  const results = await trainAll(environment, seeds ?? tasks.get(environment) ?? 5, passed);
  const means = results.map(({ mean }) => mean);
  const solved = means.filter((mean) => mean >= solvedReturn).length;
  failed ||= solved < means.length;
  const cells = [
    environment,
    results[0].steps,
    `1–${means.length}`,
    `${solved} of ${means.length} ≥ ${solvedReturn}`,
    median(means).toFixed(2),
  ];
  cells.push(
    Math.min(...means).toFixed(2),
    means.map((mean) => Number(mean.toFixed(2))).join(', '),
    median(results.map((each) => each.seconds)).toFixed(0),
  );
  console.log(`| ${cells.join(' | ')} |`);
}
process.exitCode = failed ? 1 : 0;
