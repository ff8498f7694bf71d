// deepq bench: how fast this machine is, in a minute or less.

import { backend, medianOf } from '../../index.ts';
import type { Arguments } from '../arguments.ts';
import { type HeadlineCase, headlineCases, peakCases } from '../bench/headline.ts';
import { runsPerSample } from '../bench/runs.ts';
import { formatPercent, formatRate, formatSeconds } from '../bench/units.ts';
import type { Command } from '../command.ts';
import { type ExitCode, exitCode } from '../exit.ts';
import { formatTable } from '../format.ts';
import type { Host } from '../host.ts';

interface Timing {
  readonly name: string;
  readonly unit: string;
  /** The median, in seconds. */
  readonly seconds: number;
  /** Work done in a second. */
  readonly rate: number;
  /** Of the fastest loop of multiplications and additions; null for what is not counted in operations. */
  readonly partOfPeak: number | null;
}

export const bench: Command = {
  name: 'bench',
  summary: 'measure updates, actions, products and a convolution on this machine',
  usage: '[flags]',
  positionals: [],
  flags: [
    { name: 'seconds', value: 'N', description: 'how long each case is timed, after a warm-up half as long; 1 by default' },
    { name: 'json', description: 'one JSON object a line' },
  ],
  notes:
    'The last column compares with a loop that only multiplies and adds, in registers, with the instructions that the kernels use.\n' +
    'Nothing else should run meanwhile.',
  async run(given: Arguments, host: Host): Promise<ExitCode> {
    const milliseconds = 1000 * (given.positive('seconds') ?? 1);
    backend().makeRoom(); // nothing that is measured is to be copied
    const peaks = peakCases().map((one) => timed(one, milliseconds / 4, host));
    const peak = Math.max(0, ...peaks.map(({ rate }) => rate));
    const timings: Timing[] = peaks.filter(({ rate }) => rate === peak).map((one) => ({ ...one, partOfPeak: 1 }));
    for (const create of headlineCases) {
      await host.pause();
      if (host.interruption.requested) return exitCode.interrupted;
      const timing = timed(create(), milliseconds, host);
      timings.push({ ...timing, partOfPeak: timing.unit === 'FLOP' ? timing.rate / peak : null });
    }
    const facts = { backend: backend().name };
    if (given.has('json')) for (const timing of timings) host.stdout.write(`${JSON.stringify({ ...facts, ...timing })}\n`);
    else host.stdout.write(`backend ${facts.backend}, one thread\n\n${formatTable([header, ...timings.map(rowOf)]).replace(/ +$/gm, '')}`);
    return exitCode.ok;
  },
};

/** The median of samples until the time is over, at least three. */
function timed({ name, work, run }: HeadlineCase, milliseconds: number, { now }: Host): Timing {
  for (const end = now() + milliseconds / 2; now() < end; ) run();
  const runs = runsPerSample(run, now);
  const samples: number[] = [];
  for (const end = now() + milliseconds; samples.length < 3 || now() < end; ) {
    const start = now();
    for (let i = 0; i < runs; i++) run();
    samples.push((now() - start) / 1000 / runs);
  }
  const seconds = medianOf(samples);
  return { name, unit: work.unit, seconds, rate: work.amount / seconds, partOfPeak: null };
}

const header = ['', 'median', 'rate', 'of the peak'];

const rowOf = ({ name, unit, seconds, rate, partOfPeak }: Timing): string[] => [
  name,
  formatSeconds(seconds),
  formatRate(rate, { amount: 1, unit }),
  partOfPeak === null ? '' : formatPercent(partOfPeak),
];
