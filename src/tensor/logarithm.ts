// The natural logarithm of + − × ÷ alone: engines' own differ in the last bit, and one bit can change a whole run.
//
//   x = m · 2ⁿ with √½ ≤ m < √2,   ln x = ln m + n ln 2,   ln m = 2(s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1)
//
// As |s| < 0.172, eleven terms leave less than 10⁻¹⁸.

/** ln x, with the same bits in every engine; NaN and ±∞ as Math.log gives them. */
export function logarithm(x: number): number {
  cell[0] = x;
  takeLogarithm(cell);
  return cell[0];
}

const cell = new Float64Array(1);

/** The same of a number in memory, and in its place: engines may make an object of one that is passed or returned. */
export function takeLogarithm(at: Float64Array): void {
  const x = at[0];
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) {
    at[0] = Math.log(x); // on these all engines agree
    return;
  }
  let m = x;
  let n = 0;
  for (; m < Math.SQRT1_2; n--) m *= 2;
  for (; m >= Math.SQRT2; n++) m /= 2;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  // biome-ignore format: the pattern shows on one line.
  const series = 1 + z * (1/3 + z * (1/5 + z * (1/7 + z * (1/9 + z * (1/11 + z * (1/13 + z * (1/15 + z * (1/17 + z * (1/19 + z / 21)))))))));
  at[0] = 2 * s * series + n * Math.LN2;
}
