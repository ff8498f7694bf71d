// What the time of a run went into, by name: shares that sum to 1, how rounds are put together, and whether a promise about them holds.

import { formatPercent } from '../src/cli/bench/units.ts';

export interface Parts {
  /** Part → share of the time of all runs. */
  readonly shares: Readonly<Record<string, number>>;
  /** No part but one may have more than `most` of the time; null where nothing is promised. */
  readonly promise: { readonly except: string; readonly most: number } | null;
}

/** The mean share of each part over the rounds, which all have the same parts. */
export function meanParts(rounds: readonly Parts[]): Parts {
  const names = Object.keys(rounds[0].shares);
  const mean = (name: string): number => rounds.reduce((sum, { shares }) => sum + shares[name], 0) / rounds.length;
  return { shares: Object.fromEntries(names.map((name) => [name, mean(name)])), promise: rounds[0].promise };
}

/** "kept", or what breaks it: "act takes 25 %"; nothing where nothing is promised. */
export function verdictOf({ shares, promise }: Parts): string {
  if (promise === null) return '';
  const broken = Object.entries(shares).filter(([name, share]) => name !== promise.except && share > promise.most);
  return broken.length === 0 ? 'kept' : broken.map(([name, share]) => `${name} takes ${formatPercent(share)}`).join(', ');
}
