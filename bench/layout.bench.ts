// What moves numbers without computing: other orders of axes, repetitions and blocks, and the derivatives, which add.

import { backend } from '../src/index.ts';
import { boundByMemory } from './bounds.ts';
import type { Case, Group } from './case.ts';
import { kernelCase, uniform } from './numbers.ts';

export const layout: Group = {
  name: 'layout',
  description: 'transpose, expand and concat, and what their derivatives add; % is of a loop that only reads and writes',
  createCases: () =>
    boundByMemory(2 ** 16, [
      ...ordered('transpose [64, 64]', [64, 64], [1, 64], 4096),
      ...ordered('transpose [84, 2000]', [2000, 84], [1, 2000], 168_000),
      ...ordered('heads [8, 16, 4, 32] → [8, 4, 16, 32]', [8, 4, 16, 32], [2048, 32, 128, 1], 16_384),
      ...ordered('expand [32, 1, 51] → [32, 6, 51]', [32, 6, 51], [51, 0, 1], 1632),
      ...ordered('expand [32, 1] → [32, 6]', [32, 6], [1, 0], 32),
      blocks(32, 256),
    ]),
};

/** Numbers read in another order, and their derivatives added in that order: places of `size` numbers by strides. */
function ordered(name: string, sizes: readonly number[], strides: readonly number[], size: number): Case[] {
  const { alloc, kernels } = backend();
  const length = sizes.reduce((product, each) => product * each, 1);
  const [x, dOut] = [uniform(size, 1), uniform(length, 2)];
  const [out, dx] = [alloc(length), alloc(size)];
  const places = Array.from({ length }, (_, i) => placeOf(i, sizes, strides));
  const summed = (): Float64Array => {
    const sums = new Float64Array(size);
    for (let i = 0; i < length; i++) sums[places[i]] += dOut[i];
    return sums;
  };
  const forward = { name, floats: 2 * length, out, compute: () => kernels.gatherStrided(out, x, sizes, strides, 0) };
  const backward = {
    name: `${name}, derivative`,
    floats: 3 * length,
    out: dx,
    compute: () => kernels.scatterStrided(dx, dOut, sizes, strides, 0),
  };
  return [
    kernelCase({ ...forward, wanted: () => places.map((place) => x[place]), tolerance: 0 }),
    kernelCase({ ...backward, wanted: summed, tolerance: 1e-5 }),
  ];
}

/** Where number i of a contiguous tensor of these sizes is read. */
function placeOf(i: number, sizes: readonly number[], strides: readonly number[]): number {
  let [place, rest] = [0, i];
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    place += (rest % sizes[axis]) * strides[axis];
    rest = Math.floor(rest / sizes[axis]);
  }
  return place;
}

/** Half of a concatenation along the last axis. */
function blocks(count: number, length: number): Case {
  const { alloc, kernels } = backend();
  const [x, out] = [uniform(count * length, 3), alloc(2 * count * length)];
  return kernelCase({
    name: `concat [${count}, ${length}] into [${count}, ${2 * length}]`,
    floats: 2 * count * length,
    out,
    compute: () => kernels.copyBlocks(out, x, count, length, length, 2 * length, 0, length),
    wanted: () => Array.from(out, (_, i) => (i % (2 * length) < length ? 0 : x[Math.floor(i / (2 * length)) * length + (i % length)])),
    tolerance: 0,
  });
}
