// npm run bench — measures groups of cases, each round in a fresh process, and prints, and on request saves, what was found.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Group } from './case.ts';
import { groups } from './groups.ts';
import { type Run, saveRun } from './history.ts';
import { describeMachine, formatMachine } from './machine.ts';
import { rotate } from './measure.ts';
import { type BenchOptions, parseOptions, roundsOf, usage } from './options.ts';
import { relaxedFlags } from './relaxed.ts';
import { type Result, type RoundSamples, summarize } from './statistics.ts';
import { formatMarkdown, formatResults } from './table.ts';

const worker = fileURLToPath(new URL('worker.js', import.meta.url));

function main(options: BenchOptions): void {
  if (options.help) return void process.stdout.write(usage);
  const print = (text: string): void => void (options.json || process.stdout.write(text));
  const machine = describeMachine();
  print(`${formatMachine(machine)}\n`);

  const results: Result[] = [];
  for (const group of groups.filter(({ name }) => options.groups.includes(name))) {
    print(`\n${group.name}: ${group.description}\n`);
    const found = measureGroup(group, options);
    if (found.length > 0) print(options.markdown ? `\n${formatMarkdown(found)}` : formatResults(found));
    results.push(...found);
  }

  const run: Run = { date: new Date().toISOString(), machine, quick: options.quick, results };
  if (options.json) process.stdout.write(`${JSON.stringify(run)}\n`);
  if (options.save && process.exitCode === undefined) saveRun(run);
  else if (options.save) process.stderr.write('bench: not saved, because a group failed\n');
}

/**
 * All rounds of a group on all backends, the backends in another order each round; those that cannot run here are left out. A wrong
 * result ends the group.
 */
function measureGroup(group: Group, options: BenchOptions): Result[] {
  const measured = group.kernelFree ? ['js'] : options.backends.filter(isAble);
  const rounds = new Map(measured.map((backend): [string, RoundSamples[][]] => [backend, []]));
  for (let round = 0; round < roundsOf(options.quick); round++) {
    for (const backend of rotate(measured, round)) {
      const samples = measureRound(group, backend, round, options.quick);
      if (samples === undefined) {
        process.stderr.write(`bench: ${group.name} on ${backend} failed; the group is left out\n`);
        process.exitCode = 1;
        return [];
      }
      rounds.get(backend)?.push(samples);
    }
  }
  return [...rounds].flatMap(([backend, samples]) => summarize(group.name, group.kernelFree ? 'none' : backend, samples));
}

const flagsOf = (backend: string): readonly string[] => (backend === 'wasm-relaxed' ? relaxedFlags() : []);

/** Whether this machine can run the kernels: asked of a process that is started as the workers are. */
function isAble(backend: string): boolean {
  return spawnSync(process.execPath, [...flagsOf(backend), worker, '--able', backend]).status === 0;
}

/** The samples of one round, from one process, or one for each case of an isolated group; undefined when one failed. */
function measureRound(group: Group, backend: string, round: number, quick: boolean): RoundSamples[] | undefined {
  const cases = group.isolated ? group.createCases().map((_, i) => [String(i)]) : [[]];
  const all: RoundSamples[] = [];
  for (const only of rotate(cases, round)) {
    const words = [...flagsOf(backend), worker, group.name, backend, String(round), String(quick), ...only];
    const { status, stdout } = spawnSync(process.execPath, words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) return undefined;
    all.push(...(JSON.parse(stdout) as RoundSamples[])); // written by worker.ts
  }
  return all;
}

try {
  main(parseOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
