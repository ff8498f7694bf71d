// From images, or anything else, to rows.

import { type Parameter, reshape, sizeOf, type Tensor } from '../tensor/index.ts';
import type { Module } from './module.ts';

/** [B, …] → [B, everything else]. An image's row is in the order height, width, channel. */
export class Flatten implements Module {
  forward(x: Tensor): Tensor {
    return x.shape.length === 2 ? x : reshape(x, [x.shape[0], sizeOf(x.shape, 1)]); // [B, everything else]
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return new Map();
  }

  describe(): string {
    return 'Flatten';
  }
}
