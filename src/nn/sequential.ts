// Layers one after another. A plain function of a tensor, such as relu, is a layer too: it takes a number like the others, so
// parameters have the names that the same stack has in PyTorch: "0.weight", "0.bias", "2.weight", …

import type { Parameter, Tensor } from '../tensor/index.ts';
import { collect, type Module } from './module.ts';

export class Sequential implements Module {
  /** By position: "0", "1", … */
  readonly layers: Readonly<Record<string, Module>>;
  readonly #order: readonly Module[];

  constructor(layers: readonly (Module | ((x: Tensor) => Tensor))[]) {
    this.#order = layers.map((layer) => (typeof layer === 'function' ? fromFunction(layer) : layer));
    this.layers = Object.fromEntries(this.#order.entries());
  }

  forward(x: Tensor): Tensor {
    let output = x;
    for (const layer of this.#order) output = layer.forward(output);
    return output;
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return collect(this.layers);
  }
}

const fromFunction = (forward: (x: Tensor) => Tensor): Module => ({
  forward,
  parameters: () => new Map(),
  describe: () => forward.name || 'function',
});
