// The embedding: a table with one learned row for each symbol.

import { embed, type Parameter, parameter, type Rng, type Tensor } from '../tensor/index.ts';
import type { Initializer } from './init.ts';
import { checkSize, type Module } from './module.ts';

/** N(0, 1), as in PyTorch: a row is picked, not summed, so its scale does not depend on a fan. */
const standardNormal: Initializer = (shape, _fanIn, _fanOut, rng) => new Float64Array(shape[0] * shape[1]).map(() => rng.normal());

/** From symbols, whole numbers 0 … count − 1 of any shape, to their rows: […shape, width]. */
export class Embedding implements Module {
  readonly count: number;
  readonly width: number;
  /** [count, width] */
  readonly table: Parameter;

  /** Throws RangeError for sizes that are not positive integers. */
  constructor(count: number, width: number, rng: Rng, table: Initializer = standardNormal) {
    checkSize('Embedding', 'count', count);
    checkSize('Embedding', 'width', width);
    this.count = count;
    this.width = width;
    this.table = parameter(table([count, width], count, width, rng), [count, width]);
  }

  /** Throws RangeError for a symbol that the table does not have; there is no derivative in the symbols. */
  forward(x: Tensor): Tensor {
    const { count } = this;
    // Checked here and not by embed alone: as an Int32Array, 2³² would be symbol 0.
    const wrong = x.data.findIndex((symbol) => !(Number.isInteger(symbol) && symbol >= 0 && symbol < count));
    if (wrong >= 0)
      throw new RangeError(`Embedding: symbols must be whole numbers in 0…${count - 1}; got ${x.data[wrong]} at place ${wrong}`);
    return embed(this.table, Int32Array.from(x.data), x.shape);
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return new Map([['table', this.table]]);
  }

  describe(): string {
    return `Embedding ${this.count} × ${this.width}`;
  }
}
