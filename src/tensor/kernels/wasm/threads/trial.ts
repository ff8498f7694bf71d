// Do the workers run beside the caller, or in turns with it? There is no clock here, and none is needed: the workers count, each in a
// cell of its own, and the caller looks at the cells again and again, a few microseconds apart. A thread that runs beside it has
// counted on between nearly any two looks. One that shares a core with it, or waits for one that others keep busy, stands still,
// and leaps once while the caller is the one that waits.
//
// Systems need some milliseconds to find a free core for a thread. So the caller does its ordinary work between tries.

import { type ControlBlock, cell, jobField, ofWorker, workerCells } from './control-block.ts';

const looks = 32;
/** What the caller does between two looks: some microseconds. */
const spinsBetween = 1000;

export class Trial {
  readonly #cells: Int32Array;
  readonly #job: Float64Array;
  /** The places of the workers' counters, and what they showed when last looked at. */
  readonly #counters: readonly number[];
  readonly #shown: number[];

  constructor({ cells, job }: ControlBlock, workers: number) {
    this.#cells = cells;
    this.#job = job;
    this.#counters = Array.from({ length: workers }, (_, worker) => cell.firstWorker + workerCells * worker + ofWorker.count);
    this.#shown = this.#counters.map(() => 0);
  }

  /** Sets the workers counting. All parts of the job before must be done. */
  start(): void {
    const cells = this.#cells;
    this.#job[jobField.work] = -1;
    Atomics.store(cells, cell.counting, 1);
    Atomics.store(cells, cell.open, this.#counters.length);
    Atomics.store(cells, cell.left, this.#counters.length);
    Atomics.store(cells, cell.active, this.#counters.length);
    Atomics.notify(cells, cell.active);
    Atomics.notify(cells, cell.left);
  }

  /** How many workers run beside the caller, on average over the next tenths of a millisecond, to the nearest whole number. */
  look(): number {
    this.#moved();
    let moves = 0;
    for (let look = 0; look < looks; look++) {
      for (let spin = 0; spin < spinsBetween; spin++) Atomics.load(this.#cells, cell.left);
      moves += this.#moved();
    }
    return Math.round(moves / looks);
  }

  /** Ends the counting, and lets so many workers look for work from now on. Their last part may still be open for a moment. */
  stop(active: number): void {
    const cells = this.#cells;
    Atomics.sub(cells, cell.open, Atomics.exchange(cells, cell.left, 0)); // what nobody has begun
    Atomics.store(cells, cell.counting, 0);
    Atomics.store(cells, cell.active, active);
  }

  /** How many counters have moved since the last time. */
  #moved(): number {
    let moved = 0;
    for (let worker = 0; worker < this.#counters.length; worker++) {
      const shows = Atomics.load(this.#cells, this.#counters[worker]);
      if (shows !== this.#shown[worker]) moved++;
      this.#shown[worker] = shows;
    }
    return moved;
  }
}
