// Where a ring of transitions keeps its observations, two for each slot. The plain way is here: whole observations in columns, both
// of them, so that no ending can corrupt a sample. frame-store.ts keeps what stacked screens have in common once.

import { readArray, readFinite, type Snapshot } from '../nn/index.ts';
import { backend, type Shape, scratchBatch, sizeOf, type Tensor } from '../tensor/index.ts';

export type Side = 'observation' | 'nextObservation';

export interface ObservationStore {
  /** Keeps a copy of both in a slot, in place of what was there; slots are filled in the order 0, 1, 2, … and round again. */
  put(slot: number, observation: Float32Array, nextObservation: Float32Array): void;
  /** The rows at the given slots as scaled floats, in scratch: [B, …observation]. */
  gather(side: Side, slots: Int32Array): Tensor;
  /** Throws RangeError for an observation that cannot be kept exactly. */
  check(which: string, observation: Float32Array): void;
  /** What one slot costs when the ring is full of an ordinary game. */
  readonly bytesPerSlot: number;
  /** Of the first `size` slots. */
  state(size: number): Snapshot;
  /** Throws FormatError. */
  restore(snapshot: Snapshot, size: number): void;
}

/** Whole observations, as floats or as bytes. */
export class PlainStore implements ObservationStore {
  readonly #shape: Shape;
  readonly #width: number;
  readonly #columns: Readonly<Record<Side, Float32Array | Uint8Array>>;
  readonly #bytes: boolean;
  readonly #scale: number;

  /** Throws RangeError when the system has no memory for so many. */
  constructor(capacity: number, shape: Shape, bytes: boolean, scale: number) {
    this.#shape = shape;
    this.#width = sizeOf(shape);
    this.#bytes = bytes;
    this.#scale = scale;
    const Column = bytes ? Uint8Array : Float32Array;
    const length = capacity * this.#width;
    try {
      this.#columns = { observation: new Column(length), nextObservation: new Column(length) };
    } catch {
      const gigabytes = Number(((2 * length * Column.BYTES_PER_ELEMENT) / 1e9).toPrecision(2));
      throw new RangeError(
        `replay: ${capacity} transitions must find ${gigabytes} GB of memory; got a refusal. ` +
          'Choose a smaller replayCapacity, or replayStorage uint8 or frames for screens',
      );
    }
  }

  get bytesPerSlot(): number {
    return 2 * this.#width * (this.#bytes ? 1 : 4);
  }

  put(slot: number, observation: Float32Array, nextObservation: Float32Array): void {
    this.#columns.observation.set(observation, slot * this.#width);
    this.#columns.nextObservation.set(nextObservation, slot * this.#width);
  }

  gather(side: Side, slots: Int32Array): Tensor {
    const column = this.#columns[side];
    const width = this.#width;
    const rows = scratchBatch(slots.length, this.#shape);
    const { data } = rows;
    const { kernels } = backend();
    if (column instanceof Uint8Array) {
      kernels.gatherBytes(data, column, slots, slots.length, width, this.#scale); // widened and scaled in one pass
      return rows;
    }
    for (let i = 0; i < slots.length; i++) {
      const from = slots[i] * width;
      for (let j = 0; j < width; j++) data[i * width + j] = column[from + j];
    }
    if (this.#scale !== 1) kernels.scaleInPlace(data, this.#scale);
    return rows;
  }

  check(which: string, observation: Float32Array): void {
    checkStorable(which, observation, this.#width, this.#bytes);
  }

  state(size: number): Snapshot {
    const used = size * this.#width;
    const { observation, nextObservation } = this.#columns;
    return { observation: observation.slice(0, used), nextObservation: nextObservation.slice(0, used) };
  }

  restore(snapshot: Snapshot, size: number): void {
    const used = size * this.#width;
    const read = (side: Side): Float32Array | Uint8Array =>
      this.#bytes ? readArray(snapshot, side, Uint8Array, used) : readFinite(snapshot, side, Float32Array, used);
    const observation = read('observation');
    const nextObservation = read('nextObservation');
    this.#columns.observation.set(observation);
    this.#columns.nextObservation.set(nextObservation);
  }
}

/** Throws RangeError unless the observation has so many finite numbers, whole ones 0…255 if they are kept as bytes. */
export function checkStorable(which: string, observation: Float32Array, width: number, bytes: boolean): void {
  if (observation.length !== width) throw new RangeError(`replay: ${which} must hold ${width} numbers; got ${observation.length}`);
  for (let i = 0; i < observation.length; i++) {
    const x = observation[i];
    if (!Number.isFinite(x)) throw new RangeError(`replay: ${which} must be finite; got ${x} at ${i}`);
    // The cheapest test for a whole number 0…255
    if (bytes && (x & 255) !== x) throw new RangeError(`replay: uint8 storage holds whole numbers 0…255; ${which} has ${x} at ${i}`);
  }
}
