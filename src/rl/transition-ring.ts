// Where transitions are kept: a preallocated ring in columns [Mnih 2015, Methods]. The oldest is overwritten once the ring is full.
// Both observations are stored, so no ending can corrupt a sample. Which slots are read is decided by whoever samples.

import { FormatError, readArray, readCount, type Snapshot } from '../nn/index.ts';
import { backend, type Shape, scratchBatch, scratchIntegers, sizeOf, type Tensor } from '../tensor/index.ts';
import type { Transition } from './n-step.ts';
import type { Batch } from './replay.ts';

/** Bytes cost a quarter of floats and hold whole numbers 0…255: screens, and grids of zeros and ones. */
export type ReplayStorage = 'float32' | 'uint8';

/** Transitions as columns, without what sampling adds to them. */
type Columns = Omit<Batch, 'weight' | 'slot'>;

export class TransitionRing {
  readonly #capacity: number;
  readonly #shape: Shape;
  readonly #width: number;
  readonly #scale: number;
  readonly #observation: Float32Array | Uint8Array;
  readonly #nextObservation: Float32Array | Uint8Array;
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
    this.#shape = observationShape;
    this.#width = sizeOf(observationShape);
    this.#scale = scale;
    const Column = storage === 'uint8' ? Uint8Array : Float32Array;
    this.#observation = new Column(capacity * this.#width);
    this.#nextObservation = new Column(capacity * this.#width);
    this.#action = new Int32Array(capacity);
    this.#reward = new Float32Array(capacity);
    this.#discount = new Float32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Stores a copy, in place of the oldest when full, and returns its slot. Throws RangeError for what could only do harm. */
  add(transition: Transition): number {
    const { action, reward, discount } = transition;
    if (!Number.isFinite(Math.fround(reward))) throw new RangeError(`replay: reward must be finite; got ${reward}. It is kept in 32 bits`);
    if (!(discount >= 0 && discount <= 1)) throw new RangeError(`replay: discount must be in [0, 1]; got ${discount}`);
    if (!Number.isInteger(action) || action < 0) throw new RangeError(`replay: action must be a non-negative integer; got ${action}`);
    this.#check('observation', transition.observation);
    this.#check('nextObservation', transition.nextObservation);
    const slot = this.#next;
    this.#observation.set(transition.observation, slot * this.#width);
    this.#nextObservation.set(transition.nextObservation, slot * this.#width);
    this.#action[slot] = action;
    this.#reward[slot] = reward;
    this.#discount[slot] = discount;
    this.#next = (slot + 1) % this.#capacity;
    this.#size = Math.min(this.#size + 1, this.#capacity);
    return slot;
  }

  /** The transitions in the given slots, in scratch. */
  read(slot: Int32Array): Columns {
    const action = scratchIntegers(slot.length);
    const reward = backend().scratch(slot.length);
    const discount = backend().scratch(slot.length);
    for (let i = 0; i < slot.length; i++) {
      action[i] = this.#action[slot[i]];
      reward[i] = this.#reward[slot[i]];
      discount[i] = this.#discount[slot[i]];
    }
    return {
      observation: this.#gather(this.#observation, slot),
      action,
      reward,
      discount,
      nextObservation: this.#gather(this.#nextObservation, slot),
    };
  }

  state(): Snapshot {
    const used = this.#size * this.#width;
    return {
      size: this.#size,
      next: this.#next,
      observation: this.#observation.slice(0, used),
      nextObservation: this.#nextObservation.slice(0, used),
      action: this.#action.slice(0, this.#size),
      reward: this.#reward.slice(0, this.#size),
      discount: this.#discount.slice(0, this.#size),
    };
  }

  /** Continues exactly where `state()` was taken. Throws FormatError. */
  restore(snapshot: Snapshot): void {
    const size = readCount(snapshot, 'size');
    const next = readCount(snapshot, 'next');
    if (size > this.#capacity || next !== (size < this.#capacity ? size : next % this.#capacity)) {
      throw new FormatError(`replay: a state must fit a capacity of ${this.#capacity}; got size ${size} and next ${next}`);
    }
    const Column = this.#observation instanceof Uint8Array ? Uint8Array : Float32Array;
    this.#observation.set(readArray<Float32Array | Uint8Array>(snapshot, 'observation', Column, size * this.#width));
    this.#nextObservation.set(readArray<Float32Array | Uint8Array>(snapshot, 'nextObservation', Column, size * this.#width));
    this.#action.set(readArray(snapshot, 'action', Int32Array, size));
    this.#reward.set(readArray(snapshot, 'reward', Float32Array, size));
    this.#discount.set(readArray(snapshot, 'discount', Float32Array, size));
    this.#size = size;
    this.#next = next;
  }

  /** The rows at the given slots, as scaled floats: [B, …observation]. Bytes are widened and scaled in one pass. */
  #gather(column: Float32Array | Uint8Array, slot: Int32Array): Tensor {
    const width = this.#width;
    const rows = scratchBatch(slot.length, this.#shape);
    const { data } = rows;
    const { kernels } = backend();
    if (column instanceof Uint8Array) {
      kernels.gatherBytes(data, column, slot, slot.length, width, this.#scale);
      return rows;
    }
    for (let i = 0; i < slot.length; i++) {
      const from = slot[i] * width;
      for (let j = 0; j < width; j++) data[i * width + j] = column[from + j];
    }
    if (this.#scale !== 1) kernels.scaleInPlace(data, this.#scale);
    return rows;
  }

  #check(which: string, observation: Float32Array): void {
    if (observation.length !== this.#width) {
      throw new RangeError(`replay: ${which} must hold ${this.#width} numbers; got ${observation.length}`);
    }
    const bytes = this.#observation instanceof Uint8Array;
    for (let i = 0; i < observation.length; i++) {
      const x = observation[i];
      if (!Number.isFinite(x)) throw new RangeError(`replay: ${which} must be finite; got ${x} at ${i}`);
      // The cheapest test for a whole number 0…255
      if (bytes && (x & 255) !== x) throw new RangeError(`replay: uint8 storage holds whole numbers 0…255; ${which} has ${x} at ${i}`);
    }
  }
}
