// The noisy layer: a linear one with its mean weights, noise of rank one on top, and a gradient for how much of it.

import { Linear, mean, NoisyLinear, Rng, Tape, Tensor, tensor } from 'deepq';
import { expect, test } from 'vitest';

const [inputs, outputs] = [5, 4];
const identity = tensor(Array.from({ length: inputs }, (_, i) => Array.from({ length: inputs }, (_, j) => (i === j ? 1 : 0))));
const zero = new Tensor(new Float32Array(inputs), [1, inputs]);

/** A layer whose weights are its noise: means 0, σ 1. Its outputs for single inputs are ε + εᵇ. */
function bare(seed: number): NoisyLinear {
  const layer = new NoisyLinear(inputs, outputs, new Rng(1));
  for (const name of ['weight', 'bias'] as const) layer[name].data.fill(0);
  for (const name of ['weightSigma', 'biasSigma'] as const) layer[name].data.fill(1);
  layer.resample(new Rng(seed));
  return layer;
}

/** ε [inputs][outputs] and εᵇ [outputs] of a bare layer. */
function noiseOf(layer: NoisyLinear): { weight: number[][]; bias: number[] } {
  const bias = [...layer.forward(zero).data];
  const rows = layer.forward(identity).data;
  const weight = Array.from({ length: inputs }, (_, i) => bias.map((b, j) => rows[i * outputs + j] - b));
  return { weight, bias };
}

test('begins as the linear layer of the same generator, with every σ at σ₀/√inputs', () => {
  const x = new Tensor(
    Float32Array.from({ length: 3 * inputs }, (_, i) => Math.sin(i)),
    [3, inputs],
  );
  const options = { activation: 'relu' } as const;
  const layer = new NoisyLinear(inputs, outputs, new Rng(7), { ...options, sigma: 0.4 });
  expect(layer.forward(x).data).toEqual(new Linear(inputs, outputs, new Rng(7), options).forward(x).data);
  for (const sigma of [...layer.weightSigma.data, ...layer.biasSigma.data]) expect(sigma).toBeCloseTo(0.4 / Math.sqrt(inputs), 6);
  expect(layer.describe()).toBe('NoisyLinear 5 → 4, relu');
});

test('the noise is an outer product: one number for each input times one for each output, which is the noise of the bias', () => {
  const { weight, bias } = noiseOf(bare(2));
  for (const row of weight) {
    const ofInput = row[0] / bias[0];
    row.forEach((value, j) => {
      expect(value).toBeCloseTo(ofInput * bias[j], 5);
    });
  }
  expect(new Set(weight.map((row) => row[0].toFixed(4))).size).toBe(inputs);
});

test('its numbers are sgn(x) √|x| of normal deviates: mean 0, E ε² = E|x| = √(2/π), E ε⁴ = 1', () => {
  const layer = bare(3);
  const rng = new Rng(3);
  const values: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    layer.resample(rng);
    values.push(...layer.forward(zero).data);
  }
  const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  // Standard errors over 80,000 draws: 0.0032, 0.0021 and 0.005.
  expect(Math.abs(moment(1))).toBeLessThan(0.013);
  expect(Math.abs(moment(2) - Math.sqrt(2 / Math.PI))).toBeLessThan(0.0085);
  expect(Math.abs(moment(4) - 1)).toBeLessThan(0.025);
});

test('without noise the means alone count, and the noise is still there afterwards', () => {
  const layer = bare(4);
  const before = noiseOf(layer);
  layer.noisy = false;
  expect([...layer.forward(identity).data].every((y) => y === 0)).toBe(true);
  layer.noisy = true;
  expect(noiseOf(layer)).toEqual(before);
});

test('noise follows from the generator, and stays until it is drawn anew', () => {
  expect(noiseOf(bare(5))).toEqual(noiseOf(bare(5)));
  expect(noiseOf(bare(5))).not.toEqual(noiseOf(bare(6)));
  const layer = bare(5);
  expect(layer.forward(identity).data).toEqual(layer.forward(identity).data);
});

test('the gradient of a σ is that of its weight times the noise', () => {
  const layer = bare(8);
  const { weight } = noiseOf(layer);
  const tape = new Tape();
  const gradients = tape.gradients(tape.record(() => mean(layer.forward(identity))));
  const ofMean = gradients.get(layer.weight)!; // all four take part
  const ofSigma = gradients.get(layer.weightSigma)!;
  expect(gradients.has(layer.biasSigma) && gradients.has(layer.bias)).toBe(true);
  ofSigma.forEach((g, i) => {
    expect(g).toBeCloseTo(ofMean[i] * weight[Math.floor(i / outputs)][i % outputs], 6);
  });
});

test('refuses sizes that are none', () => {
  expect(() => new NoisyLinear(0, 1, new Rng(1))).toThrow('NoisyLinear: inputs must be a positive integer; got 0');
  expect(() => new NoisyLinear(1, 1, new Rng(1), { sigma: -1 })).toThrow('NoisyLinear: sigma must be at least 0; got -1');
});
