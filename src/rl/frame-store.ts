// Observations made of stacked screens, each screen kept once as bytes [Mnih 2015, Methods]. A transition of the 2015 agent shows
// eight screens, four before it and four after it, but adds one that was not there before: 7 kB instead of 56 kB.
//
// A screen is shared with all that have equal bytes. Nothing is assumed of where it comes from, so no ending, wrapper or environment
// can corrupt a sample, and copies of an environment, taking turns, do not hide screens from each other.

import { FormatError, readArray, readList, type Snapshot } from '../nn/index.ts';
import { backend, type Shape, scratchBatch, type Tensor } from '../tensor/index.ts';
import { FramePool } from './frame-pool.ts';
import { checkStorable, type ObservationStore, type Side } from './observation-store.ts';

export class FrameStore implements ObservationStore {
  readonly #shape: Shape;
  readonly #scale: number;
  /** Screens in an observation: the size of its last axis. */
  readonly #stack: number;
  /** For each slot the places of its screens in the pool: `stack` of the observation, then as many of the next one. */
  readonly #places: Int32Array;
  readonly #pool: FramePool;
  readonly #screen: Uint8Array;
  /** Slots in use. */
  #size = 0;

  /** For observations [H, W, stack]; `chunkBytes` is the pool's. Throws RangeError for other shapes. */
  constructor(capacity: number, shape: Shape, scale: number, chunkBytes?: number) {
    if (shape.length !== 3) throw new RangeError(`replay: frames storage holds observations [H, W, stack]; got [${shape.join(', ')}]`);
    const [height, width, stack] = shape;
    this.#shape = shape;
    this.#scale = scale;
    this.#stack = stack;
    this.#places = new Int32Array(capacity * 2 * stack);
    this.#pool = new FramePool(height * width, chunkBytes);
    this.#screen = new Uint8Array(height * width);
  }

  /** One new screen for each slot, and the list of all. */
  get bytesPerSlot(): number {
    return this.#screen.length + 2 * this.#stack * this.#places.BYTES_PER_ELEMENT;
  }

  put(slot: number, observation: Float32Array, nextObservation: Float32Array): void {
    const begin = slot * 2 * this.#stack;
    const old = slot < this.#size ? this.#places.slice(begin, begin + 2 * this.#stack) : undefined;
    for (let j = 0; j < this.#stack; j++) this.#places[begin + j] = this.#keep(observation, j);
    for (let j = 0; j < this.#stack; j++) this.#places[begin + this.#stack + j] = this.#keep(nextObservation, j);
    // Only now: the screens of the slot that is overwritten may be those of the new one.
    for (const place of old ?? []) this.#pool.release(place);
    this.#size = Math.max(this.#size, slot + 1);
  }

  gather(side: Side, slots: Int32Array): Tensor {
    const stack = this.#stack;
    const length = this.#screen.length;
    const rows = scratchBatch(slots.length, this.#shape);
    const first = side === 'observation' ? 0 : stack;
    for (let i = 0; i < slots.length; i++) {
      for (let j = 0; j < stack; j++) {
        this.#pool.spread(rows.data, i * length * stack + j, stack, this.#places[slots[i] * 2 * stack + first + j]);
      }
    }
    if (this.#scale !== 1) backend().kernels.scaleInPlace(rows.data, this.#scale);
    return rows;
  }

  check(which: string, observation: Float32Array): void {
    checkStorable(which, observation, this.#screen.length * this.#stack, true);
  }

  /**
   * Screens are numbered in the order in which the slots name them, so equal contents give equal bytes. They come in pieces as the
   * pool's, because a million of them are longer than one array can be.
   */
  state(size: number): Snapshot {
    const numbers = new Map<number, number>();
    const places = this.#places.slice(0, size * 2 * this.#stack).map((place) => {
      const number = numbers.get(place) ?? numbers.size;
      numbers.set(place, number);
      return number;
    });
    const length = this.#screen.length;
    const screens = this.#piecesOf(numbers.size).map((count) => new Uint8Array(count * length));
    const { perChunk } = this.#pool;
    for (const [place, number] of numbers) screens[Math.floor(number / perChunk)].set(this.#pool.read(place), (number % perChunk) * length);
    return { places, screens };
  }

  restore(snapshot: Snapshot, size: number): void {
    const places = readArray(snapshot, 'places', Int32Array, size * 2 * this.#stack);
    let count = 0;
    for (const place of places) {
      if (place < 0 || place > count)
        throw new FormatError(`replay: screens must be numbered as slots name them; got ${place} after ${count}`);
      if (place === count) count++;
    }
    const length = this.#screen.length;
    const counts = this.#piecesOf(count);
    let piece = 0;
    const readPiece = (list: Snapshot, name: string): Uint8Array => readArray(list, name, Uint8Array, counts[piece++] * length);
    const screens = readList(snapshot, 'screens', readPiece, counts.length);
    const { perChunk } = this.#pool;
    this.#pool.clear();
    const renumbered = new Int32Array(count);
    const seen = new Uint8Array(count);
    places.forEach((number, i) => {
      if (seen[number] === 0) {
        const begin = (number % perChunk) * length;
        renumbered[number] = this.#pool.keep(screens[Math.floor(number / perChunk)].subarray(begin, begin + length));
      } else this.#pool.retain(renumbered[number]);
      seen[number] = 1;
      this.#places[i] = renumbered[number];
    });
    this.#size = size;
  }

  /** How many screens each piece of a snapshot has when there are `count` in all. */
  #piecesOf(count: number): number[] {
    const { perChunk } = this.#pool;
    return Array.from({ length: Math.ceil(count / perChunk) }, (_, i) => Math.min(perChunk, count - i * perChunk));
  }

  /** The place of one screen of an observation, shared or new. */
  #keep(observation: Float32Array, j: number): number {
    const screen = this.#screen;
    for (let i = 0; i < screen.length; i++) screen[i] = observation[i * this.#stack + j];
    return this.#pool.keep(screen);
  }
}
