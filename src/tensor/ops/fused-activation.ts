// What affine and conv2d share: an activation fused into their store.

import { backend } from '../current-backend.ts';
import type { Activation, Kernels } from '../kernels/kernels.ts';
import type { Tensor } from '../tensor.ts';

const fused: readonly Activation[] = ['none', 'relu', 'tanh', 'sigmoid'];

/** Throws RangeError for any other: it would be left out on the way there, and not on the way back. */
export function requireActivation(who: string, activation: Activation): void {
  if (!fused.includes(activation)) throw new RangeError(`${who}: activation must be one of ${fused.join(', ')}; got ${activation}`);
}

/** dOut carried back through a fused activation, whose derivative is a function of its output. */
export function beforeActivation(k: Kernels, output: Tensor, dOut: Float32Array, activation: Activation): Float32Array {
  if (activation === 'none') return dOut;
  const d = backend().scratch(dOut.length).fill(0);
  if (activation === 'relu') k.reluBackward(d, output.data, dOut);
  else if (activation === 'tanh') k.tanhBackward(d, output.data, dOut);
  else k.sigmoidBackward(d, output.data, dOut);
  return d;
}
