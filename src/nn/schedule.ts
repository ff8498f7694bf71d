// Schedules: numbers that change as training goes on, such as the learning rate or ε, as plain data. Values are made of
// + − × ÷ alone, because engines differ in the last bits of pow and cos, and one bit of ε can change a whole run.

/** Plain JSON. Steps are whatever the owner counts. */
export type Schedule =
  | { readonly kind: 'constant'; readonly value: number }
  /** start + (end − start) · step/steps, then end. */
  | { readonly kind: 'linear'; readonly start: number; readonly end: number; readonly steps: number }
  /** start · decayˢᵗᵉᵖ, but never below end. */
  | { readonly kind: 'exponential'; readonly start: number; readonly end: number; readonly decay: number }
  /** end + (start − end) · ½(1 + cos(π · step/steps)), then end [Loshchilov & Hutter 2017, eq. 5]. */
  | { readonly kind: 'cosine'; readonly start: number; readonly end: number; readonly steps: number };

/** The schedule's value after a number of steps, which is a non-negative integer. */
export function valueAt(schedule: Schedule, step: number): number {
  switch (schedule.kind) {
    case 'constant':
      return schedule.value;
    case 'linear': {
      const { start, end, steps } = schedule;
      return step < steps ? start + (end - start) * (step / steps) : end;
    }
    case 'exponential':
      return Math.max(schedule.end, schedule.start * power(schedule.decay, step));
    case 'cosine': {
      const { start, end, steps } = schedule;
      return step < steps ? end + (start - end) * 0.5 * (1 + cosineOfHalfTurns(step / steps)) : end;
    }
  }
}

/** baseⁿ by repeated squaring: n's binary digits say which squares belong to the product. */
function power(base: number, n: number): number {
  let product = 1;
  let square = base;
  for (let digits = n; digits > 0; digits = Math.floor(digits / 2)) {
    if (digits % 2 === 1) product *= square;
    square *= square;
  }
  return product;
}

/** cos(πx) for 0 ≤ x ≤ 1, as sin(π(½ − x)): of its series y − y³/3! + y⁵/5! − …, eleven terms leave less than 10⁻¹⁷. */
function cosineOfHalfTurns(x: number): number {
  const y = Math.PI * (0.5 - x);
  let term = y;
  let sum = y;
  for (let n = 2; n <= 20; n += 2) {
    term *= -(y * y) / (n * (n + 1));
    sum += term;
  }
  return sum;
}
