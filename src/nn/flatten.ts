// From images, or anything else, to rows.

import { type Parameter, reshape, type Shape, sizeOf, type Tensor } from '../tensor/index.ts';
import type { Module } from './module.ts';

/** [B, …] → [B, everything else]. An image's row is in the order height, width, channel. */
export class Flatten implements Module {
  /** That of the last output, with −1 for the batch: images mostly come in one size. */
  #shape: Shape = [-1, 1];

  forward(x: Tensor): Tensor {
    if (x.shape.length === 2) return x;
    const width = sizeOf(x.shape, 1);
    if (this.#shape[1] !== width) this.#shape = [-1, width];
    return reshape(x, this.#shape); // [B, everything else]
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return new Map();
  }

  describe(): string {
    return 'Flatten';
  }
}
