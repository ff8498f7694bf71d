// What the words after `npm run bench:peers --` mean.

import { parseArgs } from 'node:util';
import { UnknownNameError } from '../../src/index.ts';
import { type OutputOptions, outputFlags, outputOptions } from '../output-flags.ts';

export interface PeersOptions extends OutputOptions {
  /** Only workloads whose names contain one of these; all when empty. */
  readonly filters: readonly string[];
  /** Only these contestants, and deepq; all when empty. */
  readonly contestants: readonly string[];
}

export const usageOf = (
  contestants: readonly string[],
): string => `npm run bench:peers -- [workload…] [--with <contestant>]… [--quick] [--json | --markdown] [--save]

workload     part of a name, such as matmul or "update Nature"
contestants: ${contestants.join(', ')}
--quick      three short rounds, without those that take minutes: shows that everything works, measures little
--json       one JSON line instead of tables
--markdown   tables for docs/benchmarks.md
--save       appends the JSON line to bench/peers/history.jsonl
`;

/** Throws UnknownNameError, TypeError for an unknown flag, RangeError for two that exclude each other. */
export function parsePeersOptions(words: readonly string[], known: readonly string[]): PeersOptions {
  const options = { ...outputFlags, with: { type: 'string', multiple: true } } as const;
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
  const chosen = values.with ?? [];
  for (const name of chosen) if (!known.includes(name)) throw new UnknownNameError('contestant', name, known);
  return { filters: positionals, contestants: chosen, ...outputOptions('bench:peers', values) };
}

/** Rounds, and milliseconds of warm-up and of one sample. */
export const effortOf = (quick: boolean): { readonly rounds: number; readonly warmup: number; readonly sample: number } =>
  quick ? { rounds: 3, warmup: 20, sample: 5 } : { rounds: 15, warmup: 300, sample: 40 };

/** How many of the rounds a contestant takes part in whose result took so many seconds: a minute's work is done once. */
export const roundsFor = (seconds: number, rounds: number): number => Math.min(rounds, seconds > 10 ? 1 : seconds > 2 ? 3 : rounds);
