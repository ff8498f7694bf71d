// Deep Sea: a treasure that only one sequence of actions among 2^size reaches, with a small cost on the way. Agents that
// explore by accident do not find it [Osband 2019].

import { FormatError, readArray, readBoolean, readIndex, type Snapshot } from '../../nn/index.ts';
import type { Rng, Shape } from '../../tensor/index.ts';
import { checkSize, checkStep, type Env, type Step } from '../env.ts';

/**
 * A diver starts at the top left of a square of size × size cells and sinks by one row with every step. In each cell one of
 * the two actions steers right and the other left; a table drawn once, in the constructor, says which. Right: one column to
 * the right if there is one, at a cost of 0.01/size. Left: one column to the left if there is one. Steering right in the last
 * column pays 1. The episode terminates after size steps; the best return is 0.99. The observation [size, size, 1] is 1 at the
 * diver's cell and all zero at the end.
 */
export class DeepSea implements Env {
  readonly observationShape: Shape;
  readonly actionCount = 2;
  readonly #size: number;
  /** The action that steers right in each cell, row by row. */
  #rightAction: Uint8Array;
  #row = 0;
  #column = 0;
  #running = false;

  /** Throws RangeError. */
  constructor(rng: Rng, options: { readonly size?: number } = {}) {
    const { size = 10 } = options;
    checkSize('DeepSea.size', size, 1);
    this.#size = size;
    this.observationShape = [size, size, 1];
    this.#rightAction = Uint8Array.from({ length: size * size }, () => rng.integer(2));
  }

  reset(): Float32Array {
    this.#row = 0;
    this.#column = 0;
    this.#running = true;
    return this.#observe();
  }

  step(action: number): Step {
    checkStep('DeepSea.step', this.#running, action, this.actionCount);
    const last = this.#size - 1;
    let reward = 0;
    if (action === this.#rightAction[this.#row * this.#size + this.#column]) {
      reward = (this.#column === last ? 1 : 0) - 0.01 / this.#size;
      this.#column = Math.min(this.#column + 1, last);
    } else {
      this.#column = Math.max(this.#column - 1, 0);
    }
    this.#row++;
    const terminated = this.#row === this.#size;
    this.#running = !terminated;
    return { observation: this.#observe(), reward, terminated, truncated: false };
  }

  /** Nothing is drawn after the constructor, so the table takes the place of the random generator. */
  state(): Snapshot {
    return { row: this.#row, column: this.#column, running: this.#running, rightAction: this.#rightAction.slice() };
  }

  restore(snapshot: Snapshot): void {
    const running = readBoolean(snapshot, 'running');
    const row = readIndex(snapshot, 'row', this.#size + 1);
    const column = readIndex(snapshot, 'column', this.#size);
    const rightAction = readArray(snapshot, 'rightAction', Uint8Array, this.#size * this.#size);
    if (rightAction.some((action) => action > 1))
      throw new FormatError('snapshot: "rightAction" must hold 0 and 1 only; got another number');
    if (running && row === this.#size)
      throw new FormatError('snapshot: "row" must be inside the sea while an episode runs; got the bottom');
    this.#row = row;
    this.#column = column;
    this.#running = running;
    this.#rightAction = rightAction.slice();
  }

  /** A for the diver, + for the cell with the treasure, · for all others. At the end the diver has left the sea. */
  render(): string {
    const sea = Array.from({ length: this.#size }, () => new Array<string>(this.#size).fill('·'));
    sea[this.#size - 1][this.#size - 1] = '+';
    if (this.#row < this.#size) sea[this.#row][this.#column] = 'A';
    return sea.map((row) => row.join(' ')).join('\n');
  }

  #observe(): Float32Array {
    const observation = new Float32Array(this.#size * this.#size);
    if (this.#row < this.#size) observation[this.#row * this.#size + this.#column] = 1;
    return observation;
  }
}
