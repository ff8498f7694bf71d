// A roofline: what bounds each kernel. Across, how many operations it does for each byte it touches; up, how many it does in a second.
// Few operations for a byte, and memory is the roof, a line that rises; many, and the peak loop is, a level. [Williams 2009]

import { boundByMemoryName, multiplyAdd } from './bounds.ts';
import { type Result, rateOf } from './statistics.ts';

interface Point {
  readonly label: string;
  readonly family: string;
  /** Operations for each byte, and operations in a second. */
  readonly intensity: number;
  readonly rate: number;
}

export interface Roofline {
  /** Operations in a second, whatever the intensity. */
  readonly peak: number;
  /** Bytes in a second, by where they are. */
  readonly bandwidths: readonly { readonly label: string; readonly rate: number }[];
  readonly points: readonly Point[];
}

/** What a saved run says of one backend. Throws RangeError where it lacks the loops. */
export function rooflineOf(results: readonly Result[], backend: string): Roofline {
  const mine = results.filter((one) => one.backend === backend);
  const best = (ceiling: string): number => Math.max(0, ...mine.filter((one) => one.ceiling === ceiling).map(rateOf));
  const peak = best(multiplyAdd);
  const bandwidths = [
    { label: 'cache, 48 KB', rate: best(boundByMemoryName(4096)) },
    { label: 'memory, 12 MB', rate: best(boundByMemoryName(2 ** 20)) },
  ].filter(({ rate }) => rate > 0);
  if (peak === 0 || bandwidths.length === 0) {
    throw new RangeError(`roofline: the run must hold the groups gemm and elementwise on ${backend}; got no loops that bound them`);
  }
  return { peak, bandwidths, points: mine.flatMap(pointOf) };
}

/** A kernel whose operations and bytes are both known. */
function pointOf(result: Result): Point[] {
  const { amount, unit, other } = result.work;
  if (result.ceiling !== null || other === undefined) return [];
  const [operations, bytes] = unit === 'FLOP' ? [amount, other] : [other, amount];
  return [{ label: result.name, family: result.group, intensity: operations / bytes, rate: operations / result.median }];
}

/** The roof at an intensity: the lower of what the fastest memory brings and the peak. */
export const roofAt = ({ peak, bandwidths }: Roofline, intensity: number): number =>
  Math.min(peak, intensity * Math.max(...bandwidths.map(({ rate }) => rate)));
