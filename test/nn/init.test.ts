import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constant, fanInUniform, glorotUniform, heNormal, heUniform, type Initializer, orthogonal } from '../../src/nn/init.ts';
import { Rng } from '../../src/tensor/index.ts';

const [fanIn, fanOut] = [100, 300];
const count = fanIn * fanOut;
const draw = (initializer: Initializer, seed = 1): number[] => Array.from(initializer([fanIn, fanOut], fanIn, fanOut, new Rng(seed)));

// A sample's mean and variance stray from the true ones by about σ/√n and σ²·√((κ − 1)/n), where the kurtosis κ is 1.8 for a
// uniform and 3 for a normal distribution. Five times that is never seen by chance.
const rows: [string, Initializer, variance: number, kurtosis: number, bound: number][] = [
  ['heUniform', heUniform, 2 / fanIn, 1.8, Math.sqrt(6 / fanIn)],
  ['heNormal', heNormal, 2 / fanIn, 3, Number.POSITIVE_INFINITY],
  ['glorotUniform', glorotUniform, 2 / (fanIn + fanOut), 1.8, Math.sqrt(6 / (fanIn + fanOut))],
  ['fanInUniform', fanInUniform, 1 / (3 * fanIn), 1.8, 1 / Math.sqrt(fanIn)],
];

describe.each(rows)('%s', (_, initializer, variance, kurtosis, bound) => {
  const values = draw(initializer);

  test('has the stated mean and variance', () => {
    const mean = values.reduce((sum, x) => sum + x, 0) / count;
    const spread = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
    expect(values.length).toBe(count);
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / count));
    expect(Math.abs(spread / variance - 1)).toBeLessThan(5 * Math.sqrt((kurtosis - 1) / count));
  });

  test('fills its range and never leaves it', () => {
    const largest = Math.max(...values.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound);
    if (Number.isFinite(bound)) expect(largest).toBeGreaterThan(0.999 * bound);
    else expect(largest).toBeGreaterThan(3.5 * Math.sqrt(variance)); // a normal tail
  });

  test('depends on nothing but the generator', () => {
    expect(draw(initializer)).toEqual(values);
    expect(draw(initializer, 2)).not.toEqual(values);
  });
});

test('constant', () => {
  expect(Array.from(constant(0.5)([2, 2], 2, 2, new Rng(1)))).toEqual([0.5, 0.5, 0.5, 0.5]);
});

describe('orthogonal', () => {
  /** Throws unless the vectors of a drawn matrix are orthonormal, up to the gain, to a few units in the last place. */
  function checkOrthonormal(rowCount: number, columns: number, gain: number, seed: number): void {
    const q = orthogonal(gain)([rowCount, columns], rowCount, columns, new Rng(seed));
    const tall = rowCount >= columns;
    const at = (vector: number, i: number): number => (tall ? q[i * columns + vector] : q[vector * columns + i]);
    const [vectors, size] = tall ? [columns, rowCount] : [rowCount, columns];
    for (let a = 0; a < vectors; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < size; i++) product += at(a, i) * at(b, i);
        expect(Math.abs(product / (gain * gain) - (a === b ? 1 : 0))).toBeLessThan(2e-15);
      }
    }
  }

  test('columns, or rows of a wide matrix, are orthonormal up to the gain', () => {
    const length = fc.integer({ min: 1, max: 24 });
    fc.assert(fc.property(length, length, fc.constantFrom(1, 0.01, Math.SQRT2), fc.nat(), checkOrthonormal));
  });

  test('a hundred vectors are as orthonormal as a few', () => {
    for (const seed of [1, 2, 3]) checkOrthonormal(96, 96, 1, seed);
  });

  test('no entry is preferred: each of the nine of a 3 × 3 matrix has mean 0 and mean square 1/3', () => {
    const samples = 3000;
    const rng = new Rng(7);
    const sums = new Float64Array(9);
    const squares = new Float64Array(9);
    for (let i = 0; i < samples; i++) {
      const q = orthogonal()([3, 3], 3, 3, rng);
      for (let j = 0; j < 9; j++) {
        sums[j] += q[j];
        squares[j] += q[j] ** 2;
      }
    }
    // One entry of a random direction in space is uniform on [−1, 1]: variance 1/3, and its square has variance 4/45.
    for (let j = 0; j < 9; j++) {
      expect(Math.abs(sums[j] / samples)).toBeLessThan(5 * Math.sqrt(1 / 3 / samples));
      expect(Math.abs(squares[j] / samples - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / samples));
    }
  });

  test('a convolution is the matrix [kernelH · kernelW · C, O]', () => {
    const q = orthogonal()([2, 2, 3, 4], 12, 16, new Rng(3));
    let product = 0;
    for (let i = 0; i < 12; i++) product += q[i * 4] * q[i * 4 + 1];
    expect(q.length).toBe(48);
    expect(Math.abs(product)).toBeLessThan(1e-14);
  });
});
