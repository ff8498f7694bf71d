// exp, log, tanh and the logistic function: how many floats lie between what they give and the true value, rounded. True values
// are those of 64-bit arithmetic, which is right to many more digits than a float has.

import { describe, expect, test } from 'vitest';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';

const wasm = createWasmBackend({ memoryBytes: 2 ** 22 });
if (wasm === null) throw new Error('these tests need WebAssembly with SIMD');
const { kernels } = wasm;

const functions = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
} as const;
type Name = keyof typeof functions;
const names = Object.keys(functions) as Name[];

const allowedUnits: Readonly<Record<Name, number>> = { exp: 1, log: 1, tanh: 1, sigmoid: 2 };

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** The place of a float in the order of all floats. */
function place(x: number): number {
  float[0] = x;
  return bits[0] < 0 ? -(bits[0] & 0x7fffffff) : bits[0];
}

function apply(name: Name, x: ArrayLike<number>): Float32Array {
  const out = new Float32Array(x.length);
  kernels[name](out, Float32Array.from(x));
  return out;
}

function expectWithinUnits(name: Name, x: Float32Array): void {
  const out = apply(name, x);
  let [worst, at] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const expected = Math.fround(functions[name](x[i]));
    const units = Number.isNaN(expected) && Number.isNaN(out[i]) ? 0 : Math.abs(place(out[i]) - place(expected));
    if (!(units <= worst)) [worst, at] = [units, x[i]];
  }
  expect(worst, `${name}(${at})`).toBeLessThanOrEqual(allowedUnits[name]);
}

describe.each(names)('%s', (name) => {
  test('is within the stated units for floats of every exponent and sign', () => {
    const every = 9973; // a prime, so that all exponents meet many different digits
    const x = new Float32Array(Math.floor(2 ** 32 / every));
    const patterns = new Uint32Array(x.buffer);
    for (let i = 0; i < x.length; i++) patterns[i] = i * every;
    expectWithinUnits(name, x);
  });

  test('is within the stated units where it is neither 0, 1 nor ∞', () => {
    const [low, high] = { exp: [-104, 89], log: [0.5, 2], tanh: [-10, 10], sigmoid: [-104, 20] }[name];
    expectWithinUnits(
      name,
      Float32Array.from({ length: 300_000 }, (_, i) => low + ((high - low) * i) / 300_000),
    );
  });
});

test('at the ends, and with the sign of zero', () => {
  const ends = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  const [none, huge] = [Number.NaN, Number.POSITIVE_INFINITY];
  expect([...apply('exp', ends)]).toEqual([1, 1, huge, 0, none]);
  expect([...apply('log', ends)]).toEqual([-huge, -huge, huge, none, none]);
  expect([...apply('tanh', ends)]).toEqual([0, -0, 1, -1, none]);
  expect([...apply('sigmoid', ends)]).toEqual([0.5, 0.5, 1, 0, none]);
});

test('exp overflows and underflows where a float does', () => {
  const [largest, tooLarge] = [88.72283, 88.7229];
  expect([...apply('exp', [largest, tooLarge, -87.5, -103.97, -104])]).toEqual([
    ...apply('exp', [largest]),
    Number.POSITIVE_INFINITY,
    Math.fround(Math.exp(Math.fround(-87.5))),
    2 ** -149,
    0,
  ]);
  expect(apply('exp', [largest])[0]).toBeLessThan(Number.POSITIVE_INFINITY);
});

test('the same bytes as ever: detects change, not truth', () => {
  const x = Float32Array.from({ length: 16 }, (_, i) => (i - 7.5) * 0.9);
  const sums = names.map((name) =>
    new Uint32Array(apply(name, name === 'log' ? x.map(Math.abs) : x).buffer).reduce((a, b) => (Math.imul(a, 31) + b) >>> 0, 0),
  );
  expect(sums).toMatchInlineSnapshot(`
    [
      547866427,
      3363932736,
      59759456,
      2896843500,
    ]
  `);
});
