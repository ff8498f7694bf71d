// Powers of + − × ÷ alone, for priorities: engines' own differ in the last bit for one base in ten, which would be enough to draw
// another transition.
//
//   xᵅ = eᵗ with t = α ln x;   t = k ln 2 + r with |r| ≤ ½ ln 2,   eᵗ = 2ᵏ(1 + r + r²/2! + …)
//
// Fifteen terms leave less than 10⁻¹⁷.

import { logarithm } from '../tensor/index.ts';

/** base^exponent for a base that is not negative and an exponent in [0, 1], with the same bits in every engine. */
export function power(base: number, exponent: number): number {
  if (!(base > 0 && base < Number.POSITIVE_INFINITY)) return base ** exponent; // on these all engines agree
  const t = exponent * logarithm(base);
  const k = Math.round(t / Math.LN2);
  const r = t - k * Math.LN2;
  let result = 1;
  for (let n = 14; n >= 1; n--) result = 1 + (result * r) / n;
  for (let i = k; i > 0; i--) result *= 2;
  for (let i = k; i < 0; i++) result /= 2;
  return result;
}
