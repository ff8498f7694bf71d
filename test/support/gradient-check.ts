// Compares the tape's gradients with finite differences, in 64 bits. The five-point stencil
//   f′(x) ≈ (f(x − 2h) − 8f(x − h) + 8f(x + h) − f(x + 2h)) / 12h
// errs by h⁴f⁗′/30 in truncation and about 10⁻¹⁶|f|/h in rounding; h = 10⁻⁴ keeps both far below the tolerance.

import { apply, Tape } from '../../src/tensor/autograd.ts';
import type { Op } from '../../src/tensor/op.ts';
import { Rng } from '../../src/tensor/rng.ts';
import type { Parameter, Tensor } from '../../src/tensor/tensor.ts';
import { largestMagnitude } from './tolerance.ts';

/** Errors are relative to the derivative, but never to less than a thousandth of the largest one. */
const tolerance = 1e-6;
const step = 1e-4;

/** Σ weights · x, with its own plain loops: the check leans on no op of the project. */
const weightedSumOp: Op<{ weights: Float64Array }> = {
  name: 'weightedSum',
  outputShape: () => [],
  forward(_, out, [x], { weights }) {
    out.data[0] = weights.reduce((sum, weight, i) => sum + weight * x.data[i], 0);
  },
  backward(_, [dx], dOut, { params: { weights } }) {
    if (dx) for (let i = 0; i < weights.length; i++) dx[i] += weights[i] * dOut[0];
  },
};

/**
 * Throws unless the gradient of Σ(compute() · random weights) in every element of every parameter agrees with its finite
 * difference to a relative 1e-6. `compute` must depend on the parameters through ops, and be smooth for 2e-4 around them. To be called
 * inside inDoublePrecision().
 */
export function checkGradients(parameters: readonly Parameter[], compute: () => Tensor, seed = 1): void {
  if (parameters.some(({ data }) => !((data as unknown) instanceof Float64Array))) {
    throw new Error('checkGradients: parameters must be made in double precision'); // the cast undoes the backend's
  }
  const rng = new Rng(seed);
  const weights = Float64Array.from({ length: compute().data.length }, () => rng.uniform(0.5, 1.5) * (rng.integer(2) === 0 ? -1 : 1));
  const objective = (): Tensor => apply(weightedSumOp, { weights }, compute());

  const tape = new Tape();
  const gradients = tape.gradients(tape.record(objective));
  parameters.forEach((parameter, which) => {
    const numeric = Float64Array.from(parameter.data, (_, i) => derivative(() => objective().item(), parameter.data, i));
    const analytic = gradients.get(parameter) ?? new Float64Array(numeric.length); // absent: nothing depends on it
    compare(`parameter ${which} of shape [${parameter.shape.join(', ')}]`, analytic, numeric);
  });
}

/** The five-point derivative of f in data[i], which is left as it was. */
function derivative(f: () => number, data: Float32Array, i: number): number {
  const x = data[i];
  const h = step * Math.max(1, Math.abs(x));
  const at = (offset: number): number => {
    data[i] = x + offset;
    return f();
  };
  const slope = (at(-2 * h) - 8 * at(-h) + 8 * at(h) - at(2 * h)) / (12 * h);
  data[i] = x;
  return slope;
}

function compare(who: string, analytic: ArrayLike<number>, numeric: Float64Array): void {
  const smallest = Math.max(1e-3 * largestMagnitude(numeric), 1e-4);
  for (let i = 0; i < numeric.length; i++) {
    const error = Math.abs(analytic[i] - numeric[i]) / Math.max(Math.abs(numeric[i]), smallest);
    if (!(error <= tolerance)) {
      throw new Error(`gradient: ${who}, element ${i} must be ${numeric[i]}; got ${analytic[i]}, a relative error of ${error}`);
    }
  }
}
