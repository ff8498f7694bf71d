// What a worker runs. It is kept as text because it must stand alone: a worker that began from a file would need to be found by every
// bundler, and functions turned into text can be changed by one. It uses WebAssembly and Atomics, and imports nothing.

import { sharedFunctions } from '../shared-functions.ts';
import { cell, jobField, jobOffset, ofWorker, workerCells } from './control-block.ts';

/** What a worker is given: the shared memory, the place of the control block, its number from 0, and its own modules. */
export interface WorkerTask {
  readonly memory: object;
  readonly control: number;
  readonly worker: number;
  readonly modules: readonly Uint8Array<ArrayBuffer>[];
  /** The names of the functions that a job can ask for, by number. */
  readonly functions: readonly string[];
}

/** How often to look for the next job before sleeping: some 50 µs, about what it costs to be woken. */
export const spins = 20_000;

/** How long to count for a trial that nobody ends, because the caller has nothing more to do: some seconds. */
const mostCounts = 500_000_000;

/** The text of a function of a WorkerTask and a function that tells that the work begins. It never returns. */
export const workerProgram: string = `({ memory, control, worker, modules, functions }, ready) => {
  const { load, store, add, sub, compareExchange, wait, notify } = Atomics;
  const cells = new Int32Array(memory.buffer, control);
  const job = new Float64Array(memory.buffer, control + ${jobOffset});
  const shared = ${JSON.stringify(sharedFunctions)};
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: shared.length });
  const instances = modules.map((bytes) => new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory, table } }));
  const exported = Object.assign({}, ...instances.map(({ exports }) => exports));
  shared.forEach((name, place) => void (name in exported && table.set(place, exported[name])));
  const kernels = functions.map((name) => exported[name]);
  const operands = [];
  const mine = ${cell.firstWorker} + ${workerCells} * worker;

  const count = () => {
    for (let n = 0; n < ${mostCounts} && load(cells, ${cell.counting}) === 1; n++) add(cells, mine + ${ofWorker.count}, 1);
  };
  const compute = (part) => {
    const counted = job[${jobField.counted}], size = job[${jobField.part}], kernel = kernels[job[${jobField.work}]];
    operands.length = kernel.length;
    for (let i = 0; i < kernel.length; i++) operands[i] = job[${jobField.operands} + i] + part * job[${jobField.steps} + i];
    operands[counted] = Math.min(size, job[${jobField.total}] - part * size);
    kernel(...operands);
  };

  store(cells, mine + ${ofWorker.ready}, 1);
  ready();
  for (let idle = 0; ; ) {
    const active = load(cells, ${cell.active});
    const left = load(cells, ${cell.left});
    if (active <= worker) wait(cells, ${cell.active}, active);
    else if (left === 0) {
      if (++idle > ${spins}) {
        wait(cells, ${cell.left}, 0);
        idle = 0;
      }
    } else if (compareExchange(cells, ${cell.left}, left, left - 1) === left) {
      // What is read of the job from here on is this job's: the next is not written before this part is done.
      idle = 0;
      store(cells, mine + ${ofWorker.holds}, 1);
      try {
        if (job[${jobField.work}] < 0) count();
        else compute(left - 1);
      } catch (error) {
        store(cells, ${cell.failed}, worker + 1);
        throw error;
      } finally {
        store(cells, mine + ${ofWorker.holds}, 0);
        if (sub(cells, ${cell.open}, 1) === 1) notify(cells, ${cell.open});
      }
    }
  }
}`;
