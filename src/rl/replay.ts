// What the learner asks of a memory of transitions, however it chooses what to return.

import type { Snapshot } from '../nn/index.ts';
import type { Rng, Tensor } from '../tensor/index.ts';
import type { Transition } from './n-step.ts';

/** B transitions as columns. The buffers are reused: read them before the next sample. */
export interface Batch {
  /** [B, …observation], scaled as the memory was told. */
  readonly observation: Tensor;
  readonly action: Int32Array;
  readonly reward: Float32Array;
  readonly discount: Float32Array;
  /** [B, …observation]. */
  readonly nextObservation: Tensor;
  /** [B], the weight of each sample in the loss; all 1 when sampling is uniform. */
  readonly weight: Tensor;
  /** Where each sample stands, for reprioritize(). */
  readonly slot: Int32Array;
}

export interface Replay {
  /** How many transitions are stored now. */
  readonly size: number;
  /** What one of them costs in memory. */
  readonly bytesPerTransition: number;
  /** How many transitions were stored since the one in a slot. */
  age(slot: number): number;
  /** The priority of every stored transition; absent when sampling is uniform. */
  priorities?(): Float32Array;
  /** Stores a copy, in place of the oldest when full. Throws RangeError for a transition that could only do harm. */
  add(transition: Transition): void;
  /** Draws a batch; `step` counts the environment steps so far, for what changes over a run. Throws RangeError when nothing is stored. */
  sample(count: number, rng: Rng, step: number): Batch;
  /** Tells how surprising each sample was; a uniform memory ignores it. */
  reprioritize(slot: Int32Array, priority: Float32Array): void;
  state(): Snapshot;
  /** Continues exactly where `state()` was taken, of an agent with so many actions. Throws FormatError. */
  restore(snapshot: Snapshot, actionCount: number): void;
}
