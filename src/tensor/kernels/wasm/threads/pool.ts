// Threads that share the work of one kernel call. The caller describes the job as parts, each a call of the same function with some
// operands moved on, and takes part after part from the end, as the workers do. A worker that is late finds nothing left, and costs
// nothing; only a part that was taken has to be waited for. Every number is computed by the same instructions in the same order
// whoever takes its part, so results do not depend on threads.

import type { WasmFunction, WasmMemory } from '../webassembly.ts';
import { type ControlBlock, cell, controlBlock, jobField } from './control-block.ts';
import { Crew } from './crew.ts';
import { Ledger } from './ledger.ts';
import { Trial } from './trial.ts';
import { spins, type WorkerTask } from './worker-program.ts';
import type { StartWorker } from './workers.ts';

/** What became of the threads that were asked for. */
export interface ThreadReport {
  /** How many share the work at present: 1 until the others have started and were seen to run beside the caller, and while that does not pay. */
  readonly working: number;
  /** How many parts of kernels the others have done so far. */
  readonly helped: number;
  /** Why there will never be more than one; null where there may be. */
  readonly refused: string | null;
}

export interface PoolOptions {
  /** What each worker is to do. */
  readonly tasks: readonly WorkerTask[];
  readonly start: StartWorker;
  /** How many operands each function takes that a job can ask for. */
  readonly operands: readonly number[];
  /** Divide without asking whether it pays. */
  readonly always: boolean;
  /** How long a worker may take for a part before it counts as lost, in waits of half a millisecond: 10 seconds by default. */
  readonly patience?: number;
}

/** Multiply-adds below which a call is not worth the messages: about a tenth of a millisecond. */
const leastWork = 2e6;
/** Multiply-adds of a part, at least. */
const leastPart = 500_000;
/** Parts for each thread, at most: with more of them, the last is done sooner. */
const partsEach = 4;
/** One wait for the last part, in milliseconds, and how long looking for it takes before that. */
const nap = 0.5;
const spinMilliseconds = 0.05;

export class ThreadPool {
  readonly #block: ControlBlock;
  readonly #functions: WasmFunction[] = [];
  readonly #operandCounts: readonly number[];
  readonly #patience: number;
  readonly #crew: Crew;
  readonly #ledger: Ledger;
  readonly #trial: Trial;
  readonly #operands: number[] = [];
  #multiplyAdds = 0;
  #helped = 0;

  /** Starts the workers. The control block lies at this address. */
  constructor(memory: WasmMemory, control: number, { tasks, start, operands, always, patience = 20_000 }: PoolOptions) {
    this.#block = controlBlock(memory.buffer, control);
    this.#operandCounts = operands;
    this.#patience = patience;
    this.#crew = new Crew(this.#block, tasks, start);
    this.#ledger = new Ledger(always);
    this.#trial = new Trial(this.#block, tasks.length);
    if (always) this.#trial.stop(tasks.length);
  }

  /** Settles when every worker has started, or one could not. */
  get ready(): Promise<void> {
    return this.#crew.ready;
  }

  get report(): ThreadReport {
    const { count, refused } = this.#crew;
    const working = count > 0 && this.#ledger.phase === 'dividing' ? 1 + this.#active : 1;
    return { working, helped: this.#helped, refused };
  }

  /** The caller's own function of a number. It must be known before a job asks for it. */
  setFunction(number: number, run: WasmFunction): void {
    this.#functions[number] = run;
  }

  /** Ends the workers; from then on the caller works alone. */
  close(): void {
    this.#crew.close();
  }

  /**
   * Whether a call of so many multiply-adds is to be divided now. If so, the caller describes it with `begin`, `operands` and
   * `step`, and calls `run`; otherwise it does it alone. Throws where a worker was lost.
   */
  divides(work: number): boolean {
    if (!this.#crew.atWork || work < leastWork) return false;
    const { phase } = this.#ledger;
    if (phase === 'dividing') return true;
    const beside = phase === 'trial' ? this.#trial.look() : 0;
    if (beside > 0) {
      this.#ledger.divide();
      this.#trial.stop(beside);
      this.#await();
      return true;
    }
    this.#ledger.alone(work);
    if (this.#ledger.phase === phase) return false;
    if (phase === 'trial') this.#trial.stop(0);
    else {
      this.#await(); // for those who still count for the trial before
      this.#trial.start();
    }
    return false;
  }

  /**
   * A job: function number `work` of the list, which costs so many multiply-adds, and whose operand number `counted` says how much
   * of a total to do. The total is divided into multiples of `unit`. Returns how much is a part.
   */
  begin(work: number, multiplyAdds: number, counted: number, total: number, unit: number): number {
    const wanted = Math.max(1, Math.min(partsEach * (1 + this.#active), Math.floor(multiplyAdds / leastPart)));
    const part = unit * Math.ceil(total / (unit * wanted));
    const { job } = this.#block;
    job.fill(0);
    job[jobField.work] = work;
    job[jobField.counted] = counted;
    job[jobField.total] = total;
    job[jobField.part] = part;
    this.#multiplyAdds = multiplyAdds;
    return part;
  }

  /** The operands of the first part. */
  operands(...operands: readonly (number | undefined)[]): void {
    const { job } = this.#block;
    for (let i = 0; i < operands.length; i++) job[jobField.operands + i] = operands[i] ?? 0;
  }

  /** How much further an operand is for each next part. */
  step(operand: number, distance: number): void {
    this.#block.job[jobField.steps + operand] = distance;
  }

  /** Does the job together with the workers. Throws when one of them fails or does not answer. Returns 0, as kernels without a result do. */
  run(): number {
    const { cells, job } = this.#block;
    const parts = Math.ceil(job[jobField.total] / job[jobField.part]);
    Atomics.store(cells, cell.open, parts);
    Atomics.store(cells, cell.left, parts);
    Atomics.notify(cells, cell.left);
    let own = 0;
    let last = parts;
    for (let left = parts; left > 0; left = Atomics.load(cells, cell.left)) {
      if (Atomics.compareExchange(cells, cell.left, left, left - 1) !== left) continue;
      this.#ledger.between(last - left, this.#active);
      last = left - 1;
      this.#compute(last);
      Atomics.sub(cells, cell.open, 1);
      own++;
    }
    this.#ledger.between(last, this.#active);
    this.#ledger.settle(parts - own, this.#multiplyAdds / parts, this.#await());
    this.#helped += parts - own;
    return 0;
  }

  get #active(): number {
    return this.#block.cells[cell.active];
  }

  /** The same as `compute` in worker-program.ts. */
  #compute(part: number): void {
    const { job } = this.#block;
    const size = job[jobField.part];
    const work = job[jobField.work];
    const count = this.#operandCounts[work];
    const operands = this.#operands;
    operands.length = count;
    for (let i = 0; i < count; i++) operands[i] = job[jobField.operands + i] + part * job[jobField.steps + i];
    operands[job[jobField.counted]] = Math.min(size, job[jobField.total] - part * size);
    this.#functions[work](...operands);
  }

  /** Waits until every part is done. Returns how long that took, in milliseconds, roughly. */
  #await(): number {
    const { cells } = this.#block;
    for (let spin = 0; spin < spins; spin++) {
      if (Atomics.load(cells, cell.open) === 0) return this.#checked((spinMilliseconds * spin) / spins);
    }
    let naps = 0;
    let vain = 0;
    for (let open = Atomics.load(cells, cell.open); open > 0; ) {
      naps += Atomics.wait(cells, cell.open, open, nap) === 'timed-out' ? 1 : 0.5;
      const before = open;
      open = Atomics.load(cells, cell.open);
      vain = open < before ? 0 : vain + 1;
      if (vain > this.#patience) throw this.#crew.fail(`${this.#crew.holder} stopped answering`);
    }
    return this.#checked(spinMilliseconds + nap * naps);
  }

  #checked(waited: number): number {
    const failed = Atomics.load(this.#block.cells, cell.failed);
    if (failed > 0) throw this.#crew.fail(`worker ${failed} failed`);
    return waited;
  }
}
