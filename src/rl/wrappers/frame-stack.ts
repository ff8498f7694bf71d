// The last few observations side by side, so that a network without memory can see what moves and how fast [Mnih 2015, §Methods].

import { readFinite, type Snapshot } from '../../nn/index.ts';
import { type Shape, ShapeError, sizeOf } from '../../tensor/index.ts';
import { checkSize, type Env, type Step } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Observations are joined along the last axis, oldest first: images [H, W, C] become [H, W, C·count], where every pixel holds
 * its C channels of the oldest observation, then of the next, up to the newest; vectors [d] become [d·count]. An episode
 * begins with its first observation repeated, so nothing is seen across a reset.
 */
export class FrameStack extends Wrapper {
  override readonly observationShape: Shape;
  readonly #count: number;
  /** The stack as the agent sees it. */
  readonly #stack: Float32Array;
  /** How many numbers one observation has along the last axis. */
  readonly #width: number;

  /** Throws RangeError for the count, ShapeError when observations have no axis. */
  constructor(env: Env, count: number) {
    super(env);
    checkSize('FrameStack.count', count, 1);
    const shape = env.observationShape;
    if (shape.length === 0) throw new ShapeError('FrameStack', 'observations must have an axis to be joined along', [shape]);
    this.#count = count;
    this.#width = shape[shape.length - 1];
    this.observationShape = [...shape.slice(0, -1), this.#width * count];
    this.#stack = new Float32Array(sizeOf(this.observationShape));
  }

  override reset(): Float32Array {
    const observation = super.reset();
    for (let i = 0; i < this.#count; i++) this.#push(observation);
    return this.#stack.slice();
  }

  step(action: number): Step {
    const step = this.env.step(action);
    this.#push(step.observation);
    return { ...step, observation: this.#stack.slice() };
  }

  override state(): Snapshot {
    return { stack: this.#stack.slice(), ...super.state() };
  }

  override restore(snapshot: Snapshot): void {
    const stack = readFinite(snapshot, 'stack', Float32Array, this.#stack.length);
    super.restore(snapshot);
    this.#stack.set(stack);
  }

  /** Shifts each pixel's row of observations by one and writes the newest at its end. */
  #push(observation: Float32Array): void {
    const width = this.#width;
    const row = width * this.#count;
    const kept = row - width;
    for (let at = 0, from = 0; at < this.#stack.length; at += row, from += width) {
      for (let i = 0; i < kept; i++) this.#stack[at + i] = this.#stack[at + i + width];
      for (let i = 0; i < width; i++) this.#stack[at + kept + i] = observation[from + i];
    }
  }
}
