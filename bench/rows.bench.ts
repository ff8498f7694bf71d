// What works on rows: softmax, normalisation, argmax, and the losses. At a million numbers, and at the sizes of an update.

import { backend } from '../src/index.ts';
import { boundByMemory } from './bounds.ts';
import type { Case, Group } from './case.ts';
import { kernelCase, uniform } from './numbers.ts';

export const rows: Group = {
  name: 'rows',
  description: 'softmax, layerNorm, argmax and losses; % is of a loop that only reads and writes as much as the largest of them',
  createCases: () =>
    boundByMemory(2 ** 20, [
      ...[
        [64, 51],
        [1024, 1024],
      ].flatMap(([count, n]) => [softmax(count, n), argmax(count, n), crossEntropy(count, n)]),
      ...[
        [64, 128],
        [1024, 1024],
      ].map(([count, n]) => layerNorm(count, n)),
      ...[64, 2 ** 20].map(huber),
      tdHuber(64),
      quantileHuber(32, 32),
    ]),
};

/** Rows of n numbers. */
const rowsOf = (x: Float32Array, n: number): Float64Array[] =>
  Array.from({ length: x.length / n }, (_, row) => Float64Array.from(x.subarray(row * n, (row + 1) * n)));
const sumOf = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((all, x) => all + x, 0);
const flat = (arrays: readonly ArrayLike<number>[]): number[] => arrays.flatMap((array) => Array.from(array));

/** x − log Σ eˣ */
function logSoftmaxOf(row: Float64Array): Float64Array {
  const total = Math.log(sumOf(row.map(Math.exp)));
  return row.map((value) => value - total);
}

function softmax(count: number, n: number): Case {
  const { alloc, kernels } = backend();
  const [x, out] = [uniform(count * n, 1), alloc(count * n)];
  return kernelCase({
    name: `softmax ${count}×${n}`,
    floats: 2 * count * n,
    out,
    compute: () => kernels.softmax(out, x, count, n),
    wanted: () => flat(rowsOf(x, n).map((row) => logSoftmaxOf(row).map(Math.exp))),
  });
}

function argmax(count: number, n: number): Case {
  const { kernels } = backend();
  const [x, out] = [uniform(count * n, 2), new Int32Array(count)];
  return kernelCase({
    name: `argmax ${count}×${n}`,
    floats: count * n,
    out,
    compute: () => kernels.argmax(out, x, count, n),
    wanted: () => rowsOf(x, n).map((row) => row.indexOf(Math.max(...row))),
    tolerance: 0,
  });
}

function crossEntropy(count: number, n: number): Case {
  const { alloc, kernels } = backend();
  const [x, p, out, logp] = [uniform(count * n, 3), uniform(count * n, 4, 0, 2 / n), alloc(count), alloc(count * n)];
  return kernelCase({
    name: `crossEntropy ${count}×${n}`,
    floats: 3 * count * n,
    out,
    compute: () => kernels.crossEntropy(out, logp, x, p, count, n),
    wanted: () => rowsOf(x, n).map((row, i) => -sumOf(logSoftmaxOf(row).map((value, j) => p[i * n + j] * value))),
    tolerance: 1e-5,
  });
}

function layerNorm(count: number, n: number): Case {
  const { alloc, kernels } = backend();
  const [x, gain, bias] = [uniform(count * n, 5), uniform(n, 6), uniform(n, 7)];
  const [out, stats] = [alloc(count * n), alloc(2 * count)];
  const normalised = (row: Float64Array): Float64Array => {
    const mean = sumOf(row) / n;
    const variance = sumOf(row.map((value) => (value - mean) ** 2)) / n;
    return row.map((value, j) => (gain[j] * (value - mean)) / Math.sqrt(variance + 1e-5) + bias[j]);
  };
  return kernelCase({
    name: `layerNorm ${count}×${n}`,
    floats: 2 * count * n,
    out,
    compute: () => kernels.layerNorm(out, stats, x, gain, bias, count, n, 1e-5),
    wanted: () => flat(rowsOf(x, n).map(normalised)),
    tolerance: 1e-5,
  });
}

const huberOf = (u: number): number => (Math.abs(u) <= 1 ? 0.5 * u * u : Math.abs(u) - 0.5);

function huber(length: number): Case {
  const { alloc, kernels } = backend();
  const [a, b, out] = [uniform(length, 8), uniform(length, 9), alloc(length)];
  return kernelCase({
    name: `huber ${length.toLocaleString('en-US')}`,
    floats: 3 * length,
    out,
    compute: () => kernels.huber(out, a, b, 1),
    wanted: () => Float64Array.from(a, (value, i) => huberOf(value - b[i])),
  });
}

/** The target and its loss in one pass, with the slope that the gradient needs. */
function tdHuber(length: number): Case {
  const { alloc, kernels } = backend();
  const [predicted, next, reward, discount] = [12, 13, 14, 15].map((seed) => uniform(length, seed));
  const [out, slope] = [alloc(length), alloc(length)];
  return kernelCase({
    name: `tdHuber ${length}`,
    floats: 6 * length,
    out,
    compute: () => kernels.tdHuber(out, slope, predicted, next, reward, discount, 1),
    wanted: () => Float64Array.from(predicted, (value, i) => huberOf(value - (reward[i] + discount[i] * next[i]))),
  });
}

/** N quantiles against as many goals, for a batch of `count`. */
function quantileHuber(count: number, N: number): Case {
  const { alloc, kernels } = backend();
  const [x, goal, out] = [uniform(count * N, 10), uniform(count * N, 11), alloc(count)];
  const goals = rowsOf(goal, N);
  const lossOf = (row: Float64Array, goals: Float64Array): number =>
    sumOf(row.map((q, i) => sumOf(goals.map((g) => Math.abs((i + 0.5) / N - (g < q ? 1 : 0)) * huberOf(g - q))) / N));
  return kernelCase({
    name: `quantileHuber ${count}×${N}×${N}`,
    floats: 2 * count * N,
    out,
    compute: () => kernels.quantileHuber(out, x, goal, count, N, N, 1),
    wanted: () => rowsOf(x, N).map((row, i) => lossOf(row, goals[i])),
    tolerance: 1e-5,
  });
}
