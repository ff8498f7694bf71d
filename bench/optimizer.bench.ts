// What happens to parameters: optimizers, clipping by the norm, and the soft target, over as many as the Atari network of
// [Mnih 2015] has, in one array.

import { backend, updateLoop } from '../src/index.ts';
import { boundByMemory } from './bounds.ts';
import type { Case, Group } from './case.ts';
import { kernelCase, uniform } from './numbers.ts';

/** The Atari network with six actions, rounded up to a multiple of 16: 1,687,206. */
const count = 1_687_216;

export const optimizer: Group = {
  name: 'optimizer',
  description: 'updates of 1.69 million parameters; % is of a loop that reads and writes in place, with next to no arithmetic',
  createCases: () => boundByMemory(count, [adam(), rmsProp(), clip(), blend()], updateLoop),
};

/** What a step makes of the first of the buffers, which `compute` then goes on changing. */
function stepCase(
  name: string,
  floats: number,
  operations: number,
  p: Float32Array,
  compute: () => void,
  formula: (i: number) => number,
): Case {
  const wanted = Float64Array.from(p, (_, i) => formula(i)); // before the first step
  return kernelCase({ name, floats, operations, out: p, compute, wanted: () => wanted });
}

function adam(): Case {
  const { alloc, kernels } = backend();
  const [p, g, m, v] = [uniform(count, 1), uniform(count, 2), alloc(count), alloc(count)];
  const step = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, correction1: 0.1, correction2: 0.001, l2: 0, shrink: 1 };
  // The first step: the corrections cancel the betas.
  const formula = (i: number): number => p[i] - (1e-3 * g[i]) / (Math.abs(g[i]) + 1e-8);
  return stepCase('Adam', 7 * count, 14 * count, p, () => kernels.adam(p, m, v, null, g, step), formula);
}

function rmsProp(): Case {
  const { alloc, kernels } = backend();
  const [p, g, v] = [uniform(count, 3), uniform(count, 4), alloc(count)];
  const step = { learningRate: 1e-3, decay: 0.95, epsilon: 0.01, epsilonInside: true, momentum: 0 };
  const formula = (i: number): number => p[i] - (1e-3 * g[i]) / Math.sqrt(0.05 * g[i] ** 2 + 0.01);
  return stepCase('RMSProp', 5 * count, 8 * count, p, () => kernels.rmsProp(p, v, null, null, g, step), formula);
}

/** The norm of the gradient, then the gradient at norm 10: after the first time it is there already. */
function clip(): Case {
  const { kernels } = backend();
  const g = uniform(count, 5);
  const norm = Math.sqrt(g.reduce((sum, x) => sum + x * x, 0));
  const compute = (): void => kernels.scaleInPlace(g, 10 / Math.sqrt(kernels.sumOfSquares(g)));
  const formula = (i: number): number => (g[i] * 10) / norm;
  return stepCase('clip by norm', 3 * count, 3 * count, g, compute, formula);
}

function blend(): Case {
  const { kernels } = backend();
  const [target, online] = [uniform(count, 6), uniform(count, 7)];
  const formula = (i: number): number => target[i] + 0.005 * (online[i] - target[i]);
  return stepCase('blend', 3 * count, 3 * count, target, () => kernels.blend(target, online, 0.005), formula);
}
