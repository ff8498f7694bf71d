import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Schedule, valueAt } from '../../src/nn/schedule.ts';
import { readGoldenJson } from '../support/golden.ts';

interface RecordedSchedule {
  readonly start: number;
  readonly end: number;
  readonly steps?: number;
  readonly decay?: number;
  readonly at: readonly number[];
  readonly linear?: readonly number[];
  readonly exponential?: readonly number[];
}

test('linear and exponential values agree with recorded ones', () => {
  const { epsilon } = readGoldenJson<{ epsilon: RecordedSchedule[] }>('numerics/rl_arithmetic.json');
  let compared = 0;
  for (const { start, end, steps, decay, at, linear, exponential } of epsilon) {
    at.forEach((step, i) => {
      if (linear !== undefined) expect(valueAt({ kind: 'linear', start, end, steps: steps! }, step)).toBeCloseTo(linear[i], 14);
      if (exponential !== undefined)
        expect(valueAt({ kind: 'exponential', start, end, decay: decay! }, step)).toBeCloseTo(exponential[i], 14);
      compared++;
    });
  }
  expect(compared).toBeGreaterThanOrEqual(13);
});

test('constant', () => expect(valueAt({ kind: 'constant', value: 0.3 }, 12)).toBe(0.3));

const range = fc.record({ start: fc.double({ min: -10, max: 10, noNaN: true }), end: fc.double({ min: -10, max: 10, noNaN: true }) });

describe.each(['linear', 'cosine'] as const)('%s', (kind) => {
  test('begins at start, is half way in the middle, ends at end exactly, and never leaves the range', () => {
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 1e6 }), fc.nat(2e6), ({ start, end }, half, step) => {
        const schedule: Schedule = { kind, start, end, steps: 2 * half };
        expect(valueAt(schedule, 0)).toBeCloseTo(start, 12);
        expect(valueAt(schedule, half)).toBeCloseTo((start + end) / 2, 12);
        expect(valueAt(schedule, 2 * half)).toBe(end);
        expect(valueAt(schedule, 2 * half + step)).toBe(end);
        const value = valueAt(schedule, step);
        expect(value).toBeGreaterThanOrEqual(Math.min(start, end) - 1e-12);
        expect(value).toBeLessThanOrEqual(Math.max(start, end) + 1e-12);
      }),
    );
  });
});

test('the cosine is one: to 10⁻¹⁵ of the engine’s own', () => {
  for (let step = 0; step < 1000; step++) {
    const value = valueAt({ kind: 'cosine', start: 1, end: -1, steps: 1000 }, step);
    expect(Math.abs(value - Math.cos((Math.PI * step) / 1000))).toBeLessThan(1e-15);
  }
});

test('exponential is repeated multiplication, down to its end', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.nat(3000), (decay, steps) => {
      let product = 2;
      for (let i = 0; i < steps; i++) product *= decay;
      const expected = Math.max(1e-3, product);
      expect(Math.abs(valueAt({ kind: 'exponential', start: 2, end: 1e-3, decay }, steps) / expected - 1)).toBeLessThan(1e-12);
    }),
  );
});

test('values are pinned to the last bit; this detects change, it does not prove truth', () => {
  const bits = (schedule: Schedule, step: number): string => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, valueAt(schedule, step));
    return view.getBigUint64(0).toString(16);
  };
  expect([
    bits({ kind: 'linear', start: 1, end: 0.05, steps: 1000 }, 333),
    bits({ kind: 'exponential', start: 1, end: 0.01, decay: 0.995 }, 333),
    bits({ kind: 'cosine', start: 1e-3, end: 1e-5, steps: 1000 }, 333),
  ]).toMatchInlineSnapshot(`
    [
      "3fe5e075f6fd21ff",
      "3fc81d8fe7d71305",
      "3f48ac31311e938d",
    ]
  `);
});
