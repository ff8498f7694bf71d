// One output for one input, and the sum of all: what is bound by memory, or by the cache when everything fits in it.

import { backend } from '../src/index.ts';
import { boundByMemory } from './bounds.ts';
import type { Case, Group } from './case.ts';
import { kernelCase, uniform } from './numbers.ts';

export const elementwise: Group = {
  name: 'elementwise',
  description: 'one number at a time; % is of a loop that only reads and writes',
  createCases: () => [4096, 2 ** 20].flatMap((length) => boundByMemory(length, casesOf(length))),
};

function casesOf(length: number): Case[] {
  const { alloc, kernels } = backend();
  const [x, y, out, total] = [uniform(length, 1), uniform(length, 2), alloc(length), alloc(1)];
  const map = (name: 'relu' | 'exp' | 'tanh', formula: (x: number) => number): Case =>
    kernelCase({
      name: `${name}, ${length.toLocaleString('en-US')}`,
      floats: 2 * length,
      out,
      compute: () => kernels[name](out, x),
      wanted: () => Float64Array.from(x, formula),
    });
  const sum = (): Float64Array => Float64Array.of(x.reduce((all, value) => all + value, 0));
  return [
    map('relu', (value) => Math.max(0, value)),
    kernelCase({
      name: `add, ${length.toLocaleString('en-US')}`,
      floats: 3 * length,
      operations: length,
      out,
      compute: () => kernels.add(out, x, y),
      wanted: () => Float64Array.from(x, (value, i) => value + y[i]),
    }),
    kernelCase({
      name: `sum, ${length.toLocaleString('en-US')}`,
      floats: length,
      operations: length,
      out: total,
      compute: () => kernels.sumAxis(total, x, 1, length, 1, 1),
      wanted: sum,
      tolerance: 1e-5,
    }),
    map('exp', Math.exp),
    map('tanh', Math.tanh),
  ];
}
