// npm run bench:steps — measures the steps of docs/kernels.md beside the loop that reads no memory, and prints what each gained.

import { parseArgs } from 'node:util';
import type { Case } from '../case.ts';
import { describeMachine, formatMachine } from '../machine.ts';
import { type Budget, measure } from '../measure.ts';
import { quantile } from '../statistics.ts';
import { formatTable, markdownTable } from '../table.ts';
import { type Topic, topics } from './topics.ts';

const usage = `npm run bench:steps -- [topic…] [--quick] [--markdown]

topics:      ${topics.map(({ name, description }) => `${name.padEnd(8)} ${description}`).join('\n             ')}
--quick      short: shows that everything works, measures little
--markdown   tables for docs/kernels.md
`;

const flag = { type: 'boolean', default: false } as const;

/** Rounds begin with another step each time, so that none always follows the same one. */
const rounds = 3;
const budgetOf = (quick: boolean): Budget => (quick ? { time: 5, warmupTime: 2, samples: 1 } : { time: 150, warmupTime: 50, samples: 3 });

/** The GFLOP/s of every case, by the median of all samples. */
function ratesOf(cases: readonly Case[], quick: boolean): number[] {
  const seconds = cases.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const found of measure(cases, round, budgetOf(quick))) seconds[cases.indexOf(found.case)].push(...found.seconds);
  }
  return cases.map(({ work }, i) => work.amount / quantile(seconds[i], 0.5) / 1e9);
}

/** A row for each step: how fast it is at each problem, and what part of the peak loop's speed that is. */
function rowsOf({ problems, steps }: Topic, quick: boolean): string[][] {
  const columns = problems.map((problem) => ratesOf(problem.createCases(), quick));
  const header = ['', 'step', ...problems.map(({ name }) => name)];
  const cell = (rate: number, peak: number): string => `${rate.toPrecision(3)} (${((100 * rate) / peak).toFixed(0)} %)`;
  const rows = ['peak loop', ...steps].map((name, i) => [
    i === 0 ? '' : String(i),
    name,
    ...columns.map((rates) => cell(rates[i], rates[0])),
  ]);
  return [header, ...rows];
}

try {
  const options = { help: flag, markdown: flag, quick: flag };
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), allowPositionals: true, options });
  for (const word of positionals) if (!topics.some(({ name }) => name === word)) throw new RangeError(`bench:steps: no topic ${word}`);
  if (values.help) process.stdout.write(usage);
  else {
    process.stdout.write(`${formatMachine(describeMachine())}\n`);
    for (const topic of topics.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
      process.stdout.write(`\n${topic.name}: ${topic.description}; in GFLOP/s, and in percent of the peak loop beside it\n\n`);
      const rows = rowsOf(topic, values.quick);
      process.stdout.write(values.markdown ? markdownTable(rows, 2) : formatTable(rows, 2));
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
