// Every step of docs/kernels.md computes what it says, on sizes around those of its tiles; and the page has every step.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fillWithIntegers, overConvolutionProducts, overMatrixProducts } from '../bench/reference.ts';
import { convolveSteps } from '../bench/steps/conv2d/steps.ts';
import { matmulSteps } from '../bench/steps/matmul/steps.ts';
import { storeSteps } from '../bench/steps/matmul/store.ts';
import { tiles } from '../bench/steps/matmul/tiles.ts';
import { createPeak } from '../bench/steps/peak.ts';
import { topics } from '../bench/steps/topics.ts';
import type { Window } from '../src/index.ts';

type Loop = (out: Float32Array, a: Float32Array, b: Float32Array) => void;

/** Runs a loop on whole numbers, of which every sum is exact, and compares with the sum written out. */
function expectProduct(alloc: (length: number) => Float32Array, [M, N, K]: readonly number[], loop: Loop): void {
  const [a, b] = [fillWithIntegers(alloc(M * K), 1), fillWithIntegers(alloc(K * N), 2)];
  const out = alloc(M * N).fill(7);
  const wanted = new Float32Array(M * N);
  overMatrixProducts(M, N, K, (aAt, bAt, outAt) => {
    wanted[outAt] += a[aAt] * b[bAt];
  });
  loop(out, a, b);
  expect(out, `${M} × ${K} × ${N}`).toEqual(wanted);
}

describe('matmul', () => {
  test.each(matmulSteps)('$name', ({ anySize, make }) => {
    const { loop, alloc } = make();
    const [rows, columns] = anySize ? [[1, 2, 3, 4, 5, 33], [1, 3, 4, 7, 17, 33]] : [[4, 8, 36], [16, 32, 48]]; // biome-ignore format: pairs
    for (const M of rows) {
      for (const N of columns) {
        for (const K of [1, 2, 5, 64, 300]) expectProduct(alloc, [M, N, K], (out, a, b) => loop(out, a, b, M, N, K));
      }
    }
  });

  test('blocks, with more than one part of each size', () => {
    const { loop, alloc } = matmulSteps[8].make();
    expectProduct(alloc, [35, 528, 515], (out, a, b) => loop(out, a, b, 35, 528, 515));
  });

  test.each(tiles)('tile $name', ({ make }) => {
    const { loop, alloc } = make();
    for (const M of [1, 2, 3, 4, 7]) {
      for (const [N, K] of [[48, 4], [96, 20]]) expectProduct(alloc, [M, N, K], (out, a, b) => loop(out, a, b, M, N, K)); // biome-ignore format: pairs
    }
  });

  test.each(storeSteps)('with bias and relu: $name', ({ make }) => {
    const { loop, alloc } = make();
    const [M, N, K] = [5, 19, 33];
    const [x, w, bias] = [M * K, K * N, N].map((length, salt) => fillWithIntegers(alloc(length), salt));
    const sums = Float32Array.from({ length: M * N }, (_, i) => bias[i % N]);
    overMatrixProducts(M, N, K, (xAt, wAt, outAt) => {
      sums[outAt] += x[xAt] * w[wAt];
    });
    const out = alloc(M * N).fill(7);
    loop(out, x, w, bias, M, N, K);
    expect(out).toEqual(sums.map((sum) => Math.max(0, sum)));
  });
});

describe('conv2d', () => {
  const windowOf = (B: number, [H, W, C]: readonly number[], kernel: number, stride: number, pad: number): Window => {
    const [outH, outW] = [H, W].map((length) => Math.floor((length + 2 * pad - kernel) / stride) + 1);
    return { B, H, W, C, outH, outW, kernelH: kernel, kernelW: kernel, strideH: stride, strideW: stride, padH: pad, padW: pad };
  };
  const whole = [windowOf(1, [4, 5, 4], 2, 1, 0), windowOf(3, [7, 9, 8], 3, 2, 0), windowOf(2, [5, 5, 4], 5, 1, 0)];
  const others = [windowOf(2, [5, 4, 3], 3, 1, 1), windowOf(1, [6, 7, 1], 4, 2, 2)];

  test.each(convolveSteps)('$name', ({ anySize, make }) => {
    const { loop, alloc } = make();
    for (const window of anySize ? [...whole, ...others] : whole) {
      const { B, H, W, C, kernelH, kernelW, outH, outW } = window;
      for (const O of anySize ? [1, 3, 16, 21] : [16, 48]) {
        const [x, w] = [fillWithIntegers(alloc(B * H * W * C), 1), fillWithIntegers(alloc(kernelH * kernelW * C * O), 2)];
        const out = alloc(B * outH * outW * O).fill(7);
        const wanted = new Float32Array(out.length);
        overConvolutionProducts(window, O, (xAt, wAt, outAt) => {
          wanted[outAt] += x[xAt] * w[wAt];
        });
        loop(out, x, w, window, O);
        loop(out, x, w, window, O); // what it keeps from one call to the next must not spoil the second
        expect(out).toEqual(wanted);
      }
    }
  });
});

test('the peak loop computes what it says', () => createPeak().check());

describe('the page', () => {
  const page = readFileSync(new URL('../docs/kernels.md', import.meta.url), 'utf8');

  test.each(['matmul', 'conv2d'])('links every numbered file of %s, in order', (folder) => {
    const files = readdirSync(new URL(`../bench/steps/${folder}/`, import.meta.url)).filter((name) => /^\d\d-/.test(name));
    const links = Array.from(page.matchAll(new RegExp(`^### .*\\n\\n\\[(${folder}/\\d\\d-.*?)\\]\\(`, 'gm')), ([, path]) => path);
    expect(links).toEqual(files.sort().map((name) => `${folder}/${name}`));
  });

  test.each(topics)('has the measured table of $name with every row', ({ name, steps }) => {
    const table = page.slice(page.indexOf(`npm run bench:steps -- ${name}`));
    const rows = Array.from(
      table.slice(0, table.indexOf('\n\n', table.indexOf('| 1 |'))).matchAll(/^\| \d+ \| (.*?) \|/gm),
      ([, step]) => step,
    );
    for (const step of steps) expect(rows).toContain(step);
  });
});
