// Experience replay that returns to what surprised [Schaul 2016, §3]. Transition i is drawn with a probability in proportion to
// its priority pᵢ = (|δᵢ| + ε)^α, and since that is not how often it happened, its loss is weighted down:
//
//   P(i) = pᵢ / Σ p          wᵢ = (N · P(i))^−β / max w  =  (min p / pᵢ)^β          over the batch: N and Σ p cancel
//
// α = 0 is uniform sampling; β = 1 corrects it entirely, and is only reached at the end of the schedule, when it matters most.

import { FormatError, readArray, readCount, readNumber, readSnapshot, type Schedule, type Snapshot, valueAt } from '../nn/index.ts';
import { type Rng, type Shape, scratchBatch, scratchIntegers } from '../tensor/index.ts';
import type { Transition } from './n-step.ts';
import { power } from './power.ts';
import type { Batch, Replay } from './replay.ts';
import { SumTree } from './sum-tree.ts';
import { type ReplayStorage, TransitionRing } from './transition-ring.ts';

export interface PrioritizedOptions {
  /** How much priorities count, in [0, 1]. */
  readonly alpha: number;
  /** How much of the bias is corrected, in [0, 1], over environment steps. */
  readonly beta: Schedule;
  /** ε, which keeps a transition without error from never being seen again; 10⁻⁶ by default. */
  readonly epsilon?: number;
}

export class PrioritizedReplay implements Replay {
  readonly #ring: TransitionRing;
  readonly #priorities: SumTree;
  readonly #capacity: number;
  readonly #options: PrioritizedOptions;
  /** The largest priority there ever was, which new transitions get, so that each is seen once [Schaul 2016, alg. 1]. */
  #largest = 1;
  #points = new Float64Array(0);

  /** Observations are multiplied by `scale` as they are sampled. */
  constructor(capacity: number, observationShape: Shape, storage: ReplayStorage, options: PrioritizedOptions, scale = 1) {
    this.#ring = new TransitionRing(capacity, observationShape, storage, scale);
    this.#priorities = new SumTree(capacity);
    this.#capacity = capacity;
    this.#options = options;
  }

  get size(): number {
    return this.#ring.size;
  }

  get bytesPerTransition(): number {
    return this.#ring.bytesPerTransition + Math.ceil(this.#priorities.bytes / this.#capacity);
  }

  age(slot: number): number {
    return this.#ring.age(slot);
  }

  priorities(): Float32Array {
    return Float32Array.from({ length: this.size }, (_, slot) => this.#priorities.get(slot));
  }

  add(transition: Transition): void {
    this.#priorities.set(this.#ring.add(transition), this.#largest);
  }

  /** Cuts the total into `count` equal strata and draws one point in each [Schaul 2016, §3.3]. */
  sample(count: number, rng: Rng, step: number): Batch {
    if (this.size === 0) throw new RangeError('replay: at least one transition must be stored before sampling; got none');
    const slot = scratchIntegers(count);
    const weight = scratchBatch(count, []);
    const stratum = this.#priorities.total / count;
    let least = Number.POSITIVE_INFINITY;
    const points = this.#pointsFor(count);
    rng.fillUniform(points);
    for (let i = 0; i < count; i++) {
      slot[i] = this.#priorities.find((i + points[i]) * stratum);
      least = Math.min(least, this.#priorities.get(slot[i]));
    }
    const beta = valueAt(this.#options.beta, step);
    for (let i = 0; i < count; i++) weight.data[i] = power(least / this.#priorities.get(slot[i]), beta);
    return this.#ring.read(slot, weight);
  }

  /** Room for a number of each sample: the same as for the last batch if that was as large. */
  #pointsFor(count: number): Float64Array {
    if (this.#points.length !== count) this.#points = new Float64Array(count);
    return this.#points;
  }

  /** A priority is kept in 32 bits, as a snapshot stores it. */
  reprioritize(slot: Int32Array, priority: Float32Array): void {
    const { alpha, epsilon = 1e-6 } = this.#options;
    for (let i = 0; i < slot.length; i++) {
      const p = Math.fround(power(priority[i] + epsilon, alpha));
      this.#priorities.set(slot[i], p);
      this.#largest = Math.max(this.#largest, p);
    }
  }

  state(): Snapshot {
    return { ring: this.#ring.state(), priorities: this.priorities(), largest: this.#largest };
  }

  restore(snapshot: Snapshot, actionCount: number): void {
    const ring = readSnapshot(snapshot, 'ring');
    const largest = readNumber(snapshot, 'largest');
    const priorities = readArray(snapshot, 'priorities', Float32Array, readCount(ring, 'size'));
    const wrong = [Math.fround(largest), ...priorities].find((p) => !(p > 0 && p < Number.POSITIVE_INFINITY));
    if (wrong !== undefined) throw new FormatError(`replay: priorities must be positive and finite; got ${wrong}`);
    this.#ring.restore(ring, actionCount);
    this.#largest = largest;
    this.#priorities.clear(); // there may have been more transitions before
    for (let slot = 0; slot < priorities.length; slot++) this.#priorities.set(slot, priorities[slot]);
  }
}
