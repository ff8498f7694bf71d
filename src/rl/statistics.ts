// How a handful of returns is summed up honestly: mean, median, interquartile mean, and bootstrap intervals
// [Agarwal 2021, §4]. The random numbers of the bootstrap are seeded like all others.

import type { Rng } from '../tensor/index.ts';

/** The arithmetic mean; NaN for no values. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** The middle value, or the mean of the two middle values; NaN for no values, and when one of them is NaN. */
export function medianOf(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN; // it has no place in an order
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value below which a share of the sorted values lies, between two of them in proportion; NaN for no values. */
export function quantileOf(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * The interquartile mean: the mean of the middle half. With a count that four does not divide, the values at the two
 * edges count with the fraction that lies inside.
 */
export function interquartileMean(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = sorted.length / 4;
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) {
    const inside = Math.max(0, Math.min(i + 1, sorted.length - cut) - Math.max(i, cut));
    sum += inside * sorted[i];
  }
  return sum / (sorted.length - 2 * cut);
}

/**
 * A percentile-bootstrap interval: the statistic of `resamples` samples drawn with replacement, cut at both ends so that
 * `confidence` lies between.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (values: readonly number[]) => number,
  rng: Rng,
  confidence = 0.95,
  resamples = 2000,
): readonly [low: number, high: number] {
  return stratifiedBootstrapInterval([values], statistic, rng, confidence, resamples);
}

/**
 * The same for values that fall into strata, such as the runs on several tasks: each sample takes from every stratum as many as it
 * has, so that chance decides which runs count and never which tasks [Agarwal 2021, §4.1].
 */
export function stratifiedBootstrapInterval(
  strata: readonly (readonly number[])[],
  statistic: (values: readonly number[]) => number,
  rng: Rng,
  confidence = 0.95,
  resamples = 2000,
): readonly [low: number, high: number] {
  const sample = (): number[] => strata.flatMap((values) => values.map(() => values[rng.integer(values.length)]));
  const statistics = Array.from({ length: resamples }, () => statistic(sample()));
  statistics.sort((a, b) => a - b);
  const tail = Math.floor(((1 - confidence) / 2) * resamples);
  return [statistics[tail], statistics[resamples - 1 - tail]];
}
