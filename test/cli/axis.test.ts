import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundRange, roundTicks } from '../../src/cli/axis.ts';

test.each([
  [0, 500, 5, [0, 100, 200, 300, 400, 500]],
  [0, 25_000, 6, [0, 5000, 10_000, 15_000, 20_000, 25_000]],
  [-1, 1, 5, [-1, -0.5, 0, 0.5, 1]],
  [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  [-200, -100, 5, [-200, -180, -160, -140, -120, -100]],
])('round ticks from %d to %d', (low, high, count, ticks) => {
  expect(roundTicks(low, high, count)).toEqual(ticks);
});

test('the range holds what it must, and ticks are few, inside and evenly spaced', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(value, value, fc.integer({ min: 2, max: 10 }), (a, b, count) => {
      const [low, high] = roundRange(Math.min(a, b), Math.max(a, b), count);
      const slack = 1e-6 * (high - low);
      expect(low).toBeLessThanOrEqual(Math.min(a, b) + slack);
      expect(high).toBeGreaterThanOrEqual(Math.max(a, b) - slack);
      expect(high).toBeGreaterThan(low);
      const ticks = roundTicks(low, high, count);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(count + 3);
      for (let i = 1; i < ticks.length; i++) expect(ticks[i] - ticks[i - 1]).toBeCloseTo(ticks[1] - ticks[0], -Math.log10(high - low) + 5);
    }),
  );
});
