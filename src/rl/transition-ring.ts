// Where transitions are kept: a preallocated ring in columns [Mnih 2015, Methods]. The oldest is overwritten once the ring is full.
// Which slots are read is decided by whoever samples; how observations are kept, by an ObservationStore.

import { FormatError, readArray, readCount, readFinite, readSnapshot, type Snapshot } from '../nn/index.ts';
import { backend, type Shape, scratchIntegers, type Tensor } from '../tensor/index.ts';
import { FrameStore } from './frame-store.ts';
import type { Transition } from './n-step.ts';
import { type ObservationStore, PlainStore } from './observation-store.ts';
import type { Batch } from './replay.ts';

/**
 * How observations are kept. `uint8` costs a quarter of `float32` and holds whole numbers 0…255: screens, and grids of zeros and
 * ones. `frames` holds the same and keeps each of the screens that are stacked along the last axis once.
 */
export type ReplayStorage = 'float32' | 'uint8' | 'frames';

export class TransitionRing {
  readonly #capacity: number;
  readonly #observations: ObservationStore;
  readonly #action: Int32Array;
  readonly #reward: Float32Array;
  readonly #discount: Float32Array;
  #size = 0;
  /** Where the next transition goes. */
  #next = 0;

  /** Observations are multiplied by `scale` as they are read. */
  constructor(capacity: number, observationShape: Shape, storage: ReplayStorage = 'float32', scale = 1) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`replay: capacity must be a positive integer; got ${capacity}`);
    this.#capacity = capacity;
    this.#observations =
      storage === 'frames'
        ? new FrameStore(capacity, observationShape, scale)
        : new PlainStore(capacity, observationShape, storage === 'uint8', scale);
    this.#action = new Int32Array(capacity);
    this.#reward = new Float32Array(capacity);
    this.#discount = new Float32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** What one transition costs: observations, action, reward, discount. */
  get bytesPerTransition(): number {
    return this.#observations.bytesPerSlot + 12;
  }

  /** How many transitions were stored since the one in this slot. */
  age(slot: number): number {
    return (this.#next - 1 - slot + this.#capacity) % this.#capacity;
  }

  /** Stores a copy, in place of the oldest when full, and returns its slot. Throws RangeError for what could only do harm. */
  add(transition: Transition): number {
    const { action, reward, discount } = transition;
    if (!Number.isFinite(Math.fround(reward))) throw new RangeError(`replay: reward must be finite; got ${reward}. It is kept in 32 bits`);
    if (!(discount >= 0 && discount <= 1)) throw new RangeError(`replay: discount must be in [0, 1]; got ${discount}`);
    if (!Number.isInteger(action) || action < 0) throw new RangeError(`replay: action must be a non-negative integer; got ${action}`);
    this.#observations.check('observation', transition.observation);
    this.#observations.check('nextObservation', transition.nextObservation);
    const slot = this.#next;
    this.#observations.put(slot, transition.observation, transition.nextObservation);
    this.#action[slot] = action;
    this.#reward[slot] = reward;
    this.#discount[slot] = discount;
    this.#next = (slot + 1) % this.#capacity;
    this.#size = Math.min(this.#size + 1, this.#capacity);
    return slot;
  }

  /** The transitions in the given slots, in scratch, as a batch with the given weights. */
  read(slot: Int32Array, weight: Tensor): Batch {
    const action = scratchIntegers(slot.length);
    const reward = backend().scratch(slot.length);
    const discount = backend().scratch(slot.length);
    for (let i = 0; i < slot.length; i++) {
      action[i] = this.#action[slot[i]];
      reward[i] = this.#reward[slot[i]];
      discount[i] = this.#discount[slot[i]];
    }
    return {
      observation: this.#observations.gather('observation', slot),
      action,
      reward,
      discount,
      nextObservation: this.#observations.gather('nextObservation', slot),
      weight,
      slot,
    };
  }

  state(): Snapshot {
    return {
      size: this.#size,
      next: this.#next,
      observations: this.#observations.state(this.#size),
      action: this.#action.slice(0, this.#size),
      reward: this.#reward.slice(0, this.#size),
      discount: this.#discount.slice(0, this.#size),
    };
  }

  /** Continues exactly where `state()` was taken, of an agent with so many actions. Throws FormatError. */
  restore(snapshot: Snapshot, actionCount: number): void {
    const size = readCount(snapshot, 'size');
    const next = readCount(snapshot, 'next');
    if (size > this.#capacity || next !== (size < this.#capacity ? size : next % this.#capacity)) {
      throw new FormatError(`replay: a state must fit a capacity of ${this.#capacity}; got size ${size} and next ${next}`);
    }
    const action = readArray(snapshot, 'action', Int32Array, size);
    const reward = readFinite(snapshot, 'reward', Float32Array, size);
    const discount = readFinite(snapshot, 'discount', Float32Array, size);
    const beyond = action.find((a) => a < 0 || a >= actionCount);
    if (beyond !== undefined) throw new FormatError(`replay: every action must be in 0…${actionCount - 1}; got ${beyond}`);
    const outside = discount.find((d) => d < 0 || d > 1);
    if (outside !== undefined) throw new FormatError(`replay: every discount must be in [0, 1]; got ${outside}`);
    this.#observations.restore(readSnapshot(snapshot, 'observations'), size);
    this.#action.set(action);
    this.#reward.set(reward);
    this.#discount.set(discount);
    this.#size = size;
    this.#next = next;
  }
}
