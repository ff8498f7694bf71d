// Experience replay with uniform sampling [Lin 1992; Mnih 2015, Methods]: every stored transition is as likely as any other.

import type { Snapshot } from '../nn/index.ts';
import { type Rng, type Shape, scratchBatch, scratchIntegers } from '../tensor/index.ts';
import type { Transition } from './n-step.ts';
import type { Batch, Replay } from './replay.ts';
import { type ReplayStorage, TransitionRing } from './transition-ring.ts';

export class UniformReplay implements Replay {
  readonly #ring: TransitionRing;

  /** Observations are multiplied by `scale` as they are sampled. */
  constructor(capacity: number, observationShape: Shape, storage: ReplayStorage = 'float32', scale = 1) {
    this.#ring = new TransitionRing(capacity, observationShape, storage, scale);
  }

  get size(): number {
    return this.#ring.size;
  }

  get bytesPerTransition(): number {
    return this.#ring.bytesPerTransition;
  }

  age(slot: number): number {
    return this.#ring.age(slot);
  }

  add(transition: Transition): void {
    this.#ring.add(transition);
  }

  /** Draws with replacement, every stored transition equally likely. */
  sample(count: number, rng: Rng): Batch {
    if (this.size === 0) throw new RangeError('replay: at least one transition must be stored before sampling; got none');
    const slot = scratchIntegers(count);
    for (let i = 0; i < count; i++) slot[i] = rng.integer(this.size);
    const weight = scratchBatch(count, []);
    weight.data.fill(1);
    return this.#ring.read(slot, weight);
  }

  reprioritize(): void {}

  state(): Snapshot {
    return this.#ring.state();
  }

  restore(snapshot: Snapshot, actionCount: number): void {
    this.#ring.restore(snapshot, actionCount);
  }
}
