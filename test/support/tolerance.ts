// What "equal" means for numbers that were rounded on the way. A failure names the element and both numbers.

/** Throws unless both have the same length and every element is within `tolerance` of the expected one, NaN matching NaN. */
export function expectClose(who: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  if (actual.length !== expected.length) throw new Error(`${who}: length must be ${expected.length}; got ${actual.length}`);
  for (let i = 0; i < expected.length; i++) {
    const same = Object.is(actual[i], expected[i]) || actual[i] === expected[i];
    if (!same && !(Math.abs(actual[i] - expected[i]) <= tolerance)) {
      throw new Error(`${who}: element ${i} must be within ${tolerance} of ${expected[i]}; got ${actual[i]}`);
    }
  }
}

/**
 * How far a float32 result may lie from a float64 reference: eight times the error that a mainstream float32 implementation
 * made on the same numbers, one millionth of the largest reference value, and one millionth.
 */
export const goldenTolerance = (recordedError: number, reference: ArrayLike<number>): number =>
  8 * recordedError + 1e-6 * largestMagnitude(reference) + 1e-6;

/** max |xᵢ|, 0 when there is none. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}
