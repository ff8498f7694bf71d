// Sine and cosine made of + − × ÷ alone. Engines may round Math.sin differently; these give the same bits everywhere, so an
// episode replays identically on every machine. Error: below 1 unit in the last place for |x| ≤ 2²⁰.
//
// The argument is brought into [−π/4, π/4] by taking away whole quarter turns [Cody & Waite 1980]; there the Taylor series
// converges at once: the first term left out is below 10⁻¹⁹.

const largest = 2 ** 20;
const quarterTurnsPerRadian = 0.6366197723675814; // 2/π

// π/2 as a sum of four numbers. The first three have 33 bits each, so their products with a count below 2²⁰ are exact.
const halfPi1 = 1.5707963267341256;
const halfPi2 = 6.077100506303966e-11;
const halfPi3 = 2.0222662487111665e-21;
const halfPi4 = 8.4784276603689e-32;

/** sin x, x in radians. Throws RangeError when |x| > 2²⁰ or x is NaN. */
export const sin = (x: number): number => sineAfter(0, x);

/** cos x, x in radians. Throws RangeError when |x| > 2²⁰ or x is NaN. */
export const cos = (x: number): number => sineAfter(1, x);

/** sin(x + turns·π/2). */
function sineAfter(turns: number, x: number): number {
  if (!(Math.abs(x) <= largest)) throw new RangeError(`trigonometry: an angle must be within ±2^20 radians; got ${x}`);
  const n = Math.round(x * quarterTurnsPerRadian);
  if (n === 0) return sineNearZero(turns, x, 0);

  // r = x − n·π/2, one part at a time. What each difference loses to rounding is recovered exactly and kept in `rest`.
  const first = x - n * halfPi1; // exact
  const second = first - n * halfPi2;
  const third = second - n * halfPi3;
  const rest = lost(first, n * halfPi2, second) + lost(second, n * halfPi3, third) - n * halfPi4;
  const r = third + rest;
  return sineNearZero(turns + n, r, third - r + rest);
}

/** What the rounded difference d of a and b lacks: (a − b) − d, exactly [Knuth 1997, §4.2.2]. */
function lost(a: number, b: number, d: number): number {
  const minusB = d - a;
  return a - (d - minusB) - (b + minusB);
}

/** sin(r + rest + turns·π/2) for |r| ≤ π/4 and a rest far below r. */
function sineNearZero(turns: number, r: number, rest: number): number {
  const quadrant = turns & 3;
  const size = quadrant & 1 ? smallCosine(r, rest) : smallSine(r, rest);
  return quadrant & 2 ? -size : size;
}

/** sin(r + rest) = r − r³/3! + r⁵/5! − … + rest·(1 − r²/2). */
function smallSine(r: number, rest: number): number {
  const z = r * r;
  let higher = 1 / 355687428096000; // 17!
  higher = 1 / 1307674368000 - z * higher;
  higher = 1 / 6227020800 - z * higher;
  higher = 1 / 39916800 - z * higher;
  higher = 1 / 362880 - z * higher;
  higher = 1 / 5040 - z * higher;
  higher = 1 / 120 - z * higher;
  return r - (r * z * (1 / 6 - z * higher) - rest * (1 - z / 2));
}

/** cos(r + rest) = 1 − r²/2! + r⁴/4! − … − rest·r. */
function smallCosine(r: number, rest: number): number {
  const z = r * r;
  let higher = 1 / 6402373705728000; // 18!
  higher = 1 / 20922789888000 - z * higher;
  higher = 1 / 87178291200 - z * higher;
  higher = 1 / 479001600 - z * higher;
  higher = 1 / 3628800 - z * higher;
  higher = 1 / 40320 - z * higher;
  higher = 1 / 720 - z * higher;
  higher = 1 / 24 - z * higher;
  const head = 1 - z / 2;
  // 1 − head − z/2 is what rounding took from the head.
  return head + (1 - head - z / 2 + (z * z * higher - rest * r));
}
