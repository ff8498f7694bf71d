// What a start costs, and what a run of `npm start` gains by the emitted kernels. Everything is measured in fresh processes, which take
// turns: what a program pays for once, a second round in the same process would not show.
//
//   npm run bench:start                 20 rounds
//   npm run bench:start -- 40           more of them
//   npm run bench:start -- 40 OTHER     beside another build, in the folder OTHER
//
// The first row is a module with nothing in it: what an import takes whatever is imported. OTHER must lie where a package.json says
// "type": "module", anywhere in this one for example: elsewhere Node reads a file twice to find out what it is, which takes 5 ms.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatSeconds } from '../src/cli/bench/units.ts';
import { describeMachine, formatMachine } from './machine.ts';
import { formatTable } from './table.ts';

const steps = 10_000;

/** Milliseconds by what took them. */
type Times = Readonly<Record<string, number>>;

const folder = mkdtempSync(join(tmpdir(), 'deepq-start-'));
const nothing = join(folder, 'nothing.mjs');
writeFileSync(nothing, 'export const add = () => {}, matmul = add, zeros = () => ({ data: [] });');

/** Runs a module, in a file as programs are, in a process of its own; it ends by printing its times as JSON. */
function measure(program: string): Times {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' }));
}

const address = (file: string): string => JSON.stringify(pathToFileURL(file).href);

/**
 * From before the import to the first numbers of a kernel, a sum or a product, of ones: zeros have kernels of their own. The backend is
 * made when the first tensor is.
 */
const start = (file: string, kernel: 'add' | 'matmul'): string => `
  const begin = performance.now();
  const { ${kernel}, zeros } = await import(${address(file)});
  const imported = performance.now();
  const x = zeros([64, 64]);
  x.data.fill(1);
  const ready = performance.now();
  ${kernel}(x, x);
  const end = performance.now();
  console.log(JSON.stringify({ import: imported - begin, 'first tensor': ready - imported, 'first kernel': end - ready, together: end - begin }));`;

/** The first steps that `npm start` trains, its import left out. */
const training = (useBackend: string): string => `
  const deepq = await import(${address('dist/index.js')});
  ${useBackend}
  const env = deepq.createEnv('CartPole-v1', new deepq.Rng(0).fork('env'));
  const agent = new deepq.DqnAgent(env);
  const begin = performance.now();
  for (const _ of deepq.train(env, agent, ${steps}));
  console.log(JSON.stringify({ [deepq.backend().name]: performance.now() - begin }));`;

/** Each program in its own processes, round by round: the times of what it measures. */
function runRounds(programs: readonly string[], rounds: number): Map<string, number[]>[] {
  const all = programs.map(() => new Map<string, number[]>());
  for (let round = 0; round < rounds; round++) {
    for (const [i, program] of programs.entries()) {
      for (const [name, time] of Object.entries(measure(program))) all[i].set(name, [...(all[i].get(name) ?? []), time / 1000]);
    }
  }
  return all;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

const least = (values: readonly number[]): string => `from ${formatSeconds(Math.min(...values))}`;

const rounds = Number(process.argv[2] ?? 20);
console.log(`${formatMachine(describeMachine())}\n`);

const builds = ['dist', ...process.argv.slice(3)];
const doors = [nothing, ...['tensor/index.js', 'index.js'].flatMap((door) => builds.map((build) => join(build, door)))];
const programs = (['add', 'matmul'] as const).flatMap((kernel) => doors.map((door) => ({ door, kernel })));
const starts = runRounds(
  programs.map(({ door, kernel }) => start(door, kernel)),
  rounds,
);
const parts = [...starts[0].keys()];
const rows = programs.map(({ door, kernel }, i) => [
  `${door === nothing ? 'nothing' : door}, ${kernel}`,
  ...parts.map((part) => {
    const times = starts[i].get(part) ?? [];
    return `${formatSeconds(median(times))} (${least(times)})`;
  }),
]);
console.log(formatTable([['medians', ...parts], ...rows], 1));

const runs = runRounds([training(''), training('deepq.useBackend(deepq.createJsBackend());')], Math.ceil(rounds / 4));
const [emitted, plain] = runs.map((times) => [...times].map(([name, values]) => ({ name, seconds: median(values) }))[0]);
const factor = (plain.seconds / emitted.seconds).toFixed(1);
console.log(
  `${steps} steps of CartPole-v1: ${formatSeconds(emitted.seconds)} with ${emitted.name}, ${formatSeconds(plain.seconds)} with ${plain.name}: ${factor} times as fast`,
);
rmSync(folder, { recursive: true });
