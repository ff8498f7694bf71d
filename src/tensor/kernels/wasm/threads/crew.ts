// The workers of a pool, from their start to their end. A worker that cannot start is a refusal: the caller goes on alone and says
// why. One that is lost later is an error, because a kernel may wait for it or may have been left half done.

import { type ControlBlock, cell, ofWorker, workerCells } from './control-block.ts';
import type { WorkerTask } from './worker-program.ts';
import type { StartedWorker, StartWorker } from './workers.ts';

export class Crew {
  /** Settles when every worker has started, or one could not. */
  readonly ready: Promise<void>;
  readonly #cells: Int32Array;
  readonly #workers: StartedWorker[] = [];
  #count: number;
  #started = false;
  #refused: string | null = null;
  #failure: Error | null = null;
  #settleReady: () => void = () => {};

  constructor({ cells }: ControlBlock, tasks: readonly WorkerTask[], start: StartWorker) {
    this.#cells = cells;
    this.#count = tasks.length;
    this.ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    let ready = 0;
    for (const task of tasks) {
      if (this.#refused !== null) break;
      const events = {
        ready: () => void (++ready === tasks.length && this.#settleReady()),
        ended: (reason: string) => this.#ended(task.worker, reason),
      };
      try {
        this.#workers.push(start(task, events));
      } catch (error) {
        events.ended(String(error));
      }
    }
  }

  /** How many workers there are: none where they were refused, closed or lost. */
  get count(): number {
    return this.#count;
  }

  /** Why there is none, and will be none. */
  get refused(): string | null {
    return this.#refused;
  }

  /** Whether all have started. Throws where one was lost. */
  get atWork(): boolean {
    if (this.#failure !== null) throw this.#failure;
    this.#started ||= this.#everyWorker(ofWorker.ready);
    return this.#started && this.#count > 0;
  }

  /** Ends them. */
  close(): void {
    this.#refused ??= 'the threads were closed';
    this.#failure = null;
    this.#stop();
  }

  /** Ends them because of an error, which is returned and is thrown again at every use. */
  fail(what: string): Error {
    this.#failure = new Error(`threads: every worker must do its part; ${what}. What the kernel was to write is undefined`);
    this.#stop();
    return this.#failure;
  }

  /** The name of one that has a part in hand. */
  get holder(): string {
    for (let worker = 0; worker < this.#count; worker++) if (this.#cellOf(worker, ofWorker.holds) === 1) return `worker ${worker + 1}`;
    return 'a worker';
  }

  #ended(worker: number, reason: string): void {
    if (this.#refused !== null || this.#failure !== null) return;
    if (this.#started || this.#everyWorker(ofWorker.ready)) this.fail(`worker ${worker + 1} has ended: ${reason}`);
    else {
      this.#refused = `worker ${worker + 1} did not start: ${reason}`;
      this.#stop();
    }
  }

  #stop(): void {
    this.#count = 0;
    for (const worker of this.#workers) worker.terminate();
    this.#settleReady();
  }

  #everyWorker(place: number): boolean {
    for (let worker = 0; worker < this.#count; worker++) if (this.#cellOf(worker, place) === 0) return false;
    return true;
  }

  #cellOf(worker: number, place: number): number {
    return Atomics.load(this.#cells, cell.firstWorker + workerCells * worker + place);
  }
}
