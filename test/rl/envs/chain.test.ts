import { Chain, type ChainOptions, chainQ, Rng } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectClose } from '../../support/tolerance.ts';

test('Q* follows the formula: walk straight to one of the ends', () => {
  const cases = fc.record({
    length: fc.integer({ min: 3, max: 12 }),
    leftReward: fc.double({ min: 0, max: 1, noNaN: true }),
    gamma: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(cases, ({ length, leftReward, gamma }) => {
      const q = chainQ({ length, leftReward }, gamma);
      // The value of being in a state: the better of the two ends. At an end nothing follows.
      const toLeft = (s: number): number => gamma ** (s - 1) * leftReward;
      const toRight = (s: number): number => gamma ** (length - 2 - s);
      const value = (s: number): number => (s === 0 || s === length - 1 ? 0 : Math.max(toLeft(s), toRight(s)));
      for (let s = 1; s < length - 1; s++) {
        const left = (s === 1 ? leftReward : 0) + gamma * value(s - 1);
        const right = (s === length - 2 ? 1 : 0) + gamma * value(s + 1);
        expectClose(`Q*(${s}, ·)`, q[s], [left, right], 1e-12);
      }
      expectClose('Q* at the ends', [...q[0], ...q[length - 1]], [0, 0, 0, 0], 0);
    }),
  );
});

test('the best policy depends on γ', () => {
  const goesRight = (gamma: number): boolean[] =>
    chainQ({}, gamma)
      .slice(1, -1)
      .map(([left, right]) => right > left);
  expect(goesRight(0.9)).toEqual([true, true, true, true, true]);
  expect(goesRight(0.5)).toEqual([false, true, true, true, true]);
  expect(goesRight(0.1)).toEqual([false, false, true, true, true]);
});

test('slip mixes the two moves: Q(s, a) = (1 − slip)·ahead + slip·back', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.95, noNaN: true }), (slip, gamma) => {
      const q = chainQ({ slip }, gamma);
      const worth = (s: number): number => (s === 0 ? 0.2 : s === 6 ? 1 : gamma * Math.max(...q[s]));
      for (let s = 1; s <= 5; s++) {
        const left = (1 - slip) * worth(s - 1) + slip * worth(s + 1);
        const right = (1 - slip) * worth(s + 1) + slip * worth(s - 1);
        expectClose(`Q*(${s}, ·)`, q[s], [left, right], 1e-12);
      }
    }),
  );
});

test('walks to either end and is paid there', () => {
  const env = new Chain(new Rng(0), { length: 4, start: 1 });
  env.reset();
  expect(env.render()).toBe('[· A · ·]');
  expect(env.step(0)).toEqual({ observation: Float32Array.of(1, 0, 0, 0), reward: 0.2, terminated: true, truncated: false });
  env.reset();
  expect(env.step(1)).toEqual({ observation: Float32Array.of(0, 0, 1, 0), reward: 0, terminated: false, truncated: false });
  expect(env.step(1)).toEqual({ observation: Float32Array.of(0, 0, 0, 1), reward: 1, terminated: true, truncated: false });
});

test('without a start, begins in every inner state and in no other', () => {
  const env = new Chain(new Rng(3));
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 5000; i++) counts[env.reset().indexOf(1)]++;
  expect([counts[0], counts[6]]).toEqual([0, 0]);
  for (const count of counts.slice(1, 6)) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('refuses chains that are none', () => {
  const wrong: Partial<ChainOptions>[] = [
    { length: 2 },
    { slip: -0.1 },
    { start: 0 },
    { start: 6 },
    { leftReward: Number.POSITIVE_INFINITY },
  ];
  for (const options of wrong) expect(() => new Chain(new Rng(0), options)).toThrow(RangeError);
});
