// From samples to the numbers that are printed and saved. A run consists of rounds, each in a process of its own; how much the
// rounds differ says how much to trust a difference between runs.

import type { Work } from '../src/cli/bench/units.ts';
import type { Case } from './case.ts';
import type { Measurement } from './measure.ts';
import { meanParts, type Parts } from './parts.ts';

/** One case of one round, as a worker process sends it. */
export interface RoundSamples {
  readonly name: string;
  readonly work: Work;
  /** As in Case; null for none. */
  readonly bound: string | null;
  readonly ceiling: string | null;
  /** Seconds for one run of the case. */
  readonly seconds: readonly number[];
  readonly parts?: Parts;
}

/** The samples of all cases, in the order of the cases. */
export function samplesOf(cases: readonly Case[], measured: readonly Measurement[]): RoundSamples[] {
  return cases.map((one) => {
    const { name, work, bound = null, ceiling = null } = one;
    const { seconds } = measured.find((other) => other.case.name === name) ?? { seconds: [] };
    const parts = one.parts?.();
    return { name, work, bound, ceiling, seconds, ...(parts && { parts }) };
  });
}

/** What is known of one case on one backend after all rounds. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly backend: string;
  readonly work: Work;
  /** Seconds for one run, over the samples of all rounds. */
  readonly median: number;
  readonly p95: number;
  /** The median of each round, in seconds. */
  readonly rounds: readonly number[];
  readonly samples: number;
  /** The name of the bound that it is a loop of; null for what is bounded. */
  readonly ceiling: string | null;
  /** The rate as a part of its bound's, the fastest ceiling of that name in the same group and backend; null where there is none. */
  readonly partOfCeiling: number | null;
  /** What the time went into, over all rounds, where the case knows. */
  readonly parts?: Parts;
}

/** The q-th quantile, interpolated linearly between neighbours. Throws RangeError for an empty list. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('quantile: at least one value must be given; got none');
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Puts the rounds of one group on one backend together, cases in the order of the first round given. */
export function summarize(group: string, backend: string, rounds: readonly (readonly RoundSamples[])[]): Result[] {
  const results = (rounds[0] ?? []).map(({ name, work, bound, ceiling }) => {
    const mine = rounds.flatMap((round) => round.filter((one) => one.name === name));
    const all = mine.flatMap(({ seconds }) => seconds);
    const medians = mine.map(({ seconds }) => quantile(seconds, 0.5));
    const parts = mine.flatMap((one) => one.parts ?? []);
    const times = { median: quantile(all, 0.5), p95: quantile(all, 0.95), rounds: medians, samples: all.length };
    return { group, name, backend, work, bound: bound ?? ceiling, ceiling, ...times, ...(parts.length > 0 && { parts: meanParts(parts) }) };
  });
  const best = (bound: string | null): number =>
    Math.max(0, ...results.flatMap((one) => (bound !== null && one.ceiling === bound ? [rateOf(one)] : [])));
  return results.map(({ bound, ...result }) => ({
    ...result,
    partOfCeiling: best(bound) > 0 ? rateOf(result) / best(bound) : null,
  }));
}

/** Work done in a second, by the median. */
export const rateOf = ({ work, median }: { readonly work: Work; readonly median: number }): number => work.amount / median;

/** The relative standard deviation of the rounds' medians; 0 for a single round. */
export function spreadOf({ rounds }: Pick<Result, 'rounds'>): number {
  if (rounds.length < 2) return 0;
  const mean = rounds.reduce((sum, x) => sum + x, 0) / rounds.length;
  const variance = rounds.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (rounds.length - 1);
  return Math.sqrt(variance) / mean;
}
