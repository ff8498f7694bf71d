// From samples to ratios and verdicts. Contestants take turns, so a ratio is formed within each round, where both met the same
// machine, and the median of these is what counts.

import type { Machine } from '../machine.ts';
import { quantile } from '../statistics.ts';
import type { Claim } from './claims.ts';

/** One contestant at one workload. */
export interface Score {
  readonly workload: string;
  readonly contestant: string;
  /** What one run does. */
  readonly work: { readonly amount: number; readonly unit: string };
  /** Seconds for one run by round; null in rounds that it sat out. Empty when it could not. */
  readonly rounds: readonly (number | null)[];
  /** Why there are no numbers. */
  readonly reason?: string;
}

/** A whole comparison, as it is saved. */
export interface PeersRun {
  readonly date: string;
  readonly machine: Machine;
  /** Whether it was a quick run, which is not saved but may be shown. */
  readonly quick?: boolean;
  /** Contestant → version. */
  readonly versions: Readonly<Record<string, string>>;
  /** Contestant → why it did not take part. */
  readonly absent: Readonly<Record<string, string>>;
  readonly scores: readonly Score[];
}

export type Verdict = 'aim met' | 'pass' | 'miss' | 'not measured';

export interface Outcome {
  readonly workload: string;
  readonly claim: Claim;
  /** Seconds, medians; null where there are none. */
  readonly own: number | null;
  readonly other: number | null;
  readonly ratio: number | null;
  /** The quartiles of the rounds' ratios. */
  readonly range: readonly [number, number] | null;
  readonly verdict: Verdict;
}

export const medianOf = ({ rounds }: Pick<Score, 'rounds'>): number | null => {
  const measured = rounds.filter((seconds) => seconds !== null);
  return measured.length === 0 ? null : quantile(measured, 0.5);
};

/**
 * How many times as fast `own` is as `other`, round by round: the ratio of rates. Where the two were never measured in one round,
 * there is one ratio, of the medians.
 */
export function ratiosOf(own: Score, other: Score): number[] {
  const perSecond = own.work.amount / other.work.amount;
  const both = own.rounds.flatMap((mine, i) => {
    const theirs = other.rounds[i] ?? null;
    return mine === null || theirs === null ? [] : [(perSecond * theirs) / mine];
  });
  if (both.length > 0) return both;
  const [mine, theirs] = [medianOf(own), medianOf(other)];
  return mine === null || theirs === null ? [] : [(perSecond * theirs) / mine];
}

export function judge({ must, aim }: Pick<Claim, 'must' | 'aim'>, ratio: number | null): Verdict {
  if (ratio === null) return 'not measured';
  if (aim !== null && ratio >= aim) return 'aim met';
  if (must !== null && ratio >= must) return 'pass';
  return 'miss';
}

/** Every comparison that was promised, in order. */
export function outcomesOf(claims: readonly Claim[], scores: readonly Score[]): Outcome[] {
  const find = (workload: string, contestant: string): Score | undefined =>
    scores.find((score) => score.workload === workload && score.contestant === contestant);
  return claims.flatMap((claim) =>
    claim.workloads.map((workload): Outcome => {
      const [own, other] = [find(workload, claim.subject), find(workload, claim.rival)];
      const ratios = own && other ? ratiosOf(own, other) : [];
      const ratio = ratios.length === 0 ? null : quantile(ratios, 0.5);
      return {
        workload,
        claim,
        own: own ? medianOf(own) : null,
        other: other ? medianOf(other) : null,
        ratio,
        range: ratio === null ? null : [quantile(ratios, 0.25), quantile(ratios, 0.75)],
        verdict: judge(claim, ratio),
      };
    }),
  );
}
