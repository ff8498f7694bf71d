// From the wish for threads to a backend that has them: first whether they can be had here at all, and room for what they need in
// memory; then, when the memory exists, the workers, each with modules of its own. Those differ from the caller's only in where
// their workspace lies.

import { convFamily } from '../conv.ts';
import { elementwiseFamily } from '../elementwise.ts';
import { elementwiseBackwardFamily } from '../elementwise-backward.ts';
import { declareFamily } from '../families.ts';
import { productFamily } from '../gemm-blocks.ts';
import { restFamily } from '../gemm-panel.ts';
import { slabFamily } from '../gemm-slab.ts';
import { sparseFamily } from '../gemm-sparse.ts';
import { align, type ModuleOptions, workspaceBytes, workspaceEnd } from '../module.ts';
import { updateFamily } from '../update.ts';
import type { WasmFunction, WasmMemory } from '../webassembly.ts';
import { controlBytes } from './control-block.ts';
import { divisionOf, jobFunctions } from './divide.ts';
import { ThreadPool, type ThreadReport } from './pool.ts';
import { platformWorkers } from './workers.ts';

/** The families whose kernels are divided, and those that they call. */
const dividedFamilies = [
  slabFamily,
  sparseFamily,
  restFamily,
  productFamily,
  convFamily,
  elementwiseFamily,
  elementwiseBackwardFamily,
  updateFamily,
];

export interface ThreadOptions {
  /** How many, the caller's own included; 16 at most. */
  readonly count: number;
  /** Divide the work also where that does not pay at present: for tests. Default false. */
  readonly always?: boolean;
}

type Functions = Readonly<Record<string, WasmFunction>>;

export interface Team {
  /** Whether the memory must be one that threads share. */
  readonly shared: boolean;
  /** What lies below this address belongs to the kernels of all threads. */
  readonly end: number;
  /** Starts the workers on this memory. */
  join(memory: WasmMemory): JoinedTeam;
}

interface JoinedTeam {
  /** The caller's emitted functions as they are to be called from now on. */
  divide(functions: Functions): Functions;
  readonly ready: Promise<void>;
  threads(): ThreadReport;
  close(): void;
}

const without = (refused: string | null): Team => ({
  shared: false,
  end: workspaceEnd,
  join: () => ({
    divide: (functions) => functions,
    ready: Promise.resolve(),
    threads: () => ({ working: 1, helped: 0, refused }),
    close: () => {},
  }),
});

/** The caller and nobody else. */
export const alone: Team = without(null);

/** As many threads as asked for, the caller included; or the caller alone, with the reason. */
export function prepareTeam({ count, always = false }: ThreadOptions, options: ModuleOptions): Team {
  const start = platformWorkers();
  const refused = start === undefined ? 'there are no workers here' : whyNotShared();
  if (start === undefined || refused !== null) return without(refused);
  const control = workspaceEnd;
  const firstWorkspace = align(control + controlBytes);
  const eachWorkspace = align(workspaceBytes);
  return {
    shared: true,
    end: firstWorkspace + (count - 1) * eachWorkspace,
    join(memory) {
      const tasks = Array.from({ length: count - 1 }, (_, worker) => {
        const workspace = firstWorkspace + worker * eachWorkspace;
        const modules = dividedFamilies.map((family) => declareFamily(family, { ...options, workspace }).finish());
        return { memory, control, worker, modules, functions: jobFunctions.map(({ name }) => name) };
      });
      const pool = new ThreadPool(memory, control, { tasks, start, operands: jobFunctions.map(({ operands }) => operands), always });
      const integers = new Int32Array(memory.buffer);
      return {
        divide(functions) {
          jobFunctions.forEach(({ name }, number) => {
            if (name in functions) pool.setFunction(number, functions[name]);
          });
          const divided = Object.entries(functions).map(([name, whole]) => [name, divisionOf(name)?.(whole, pool, integers) ?? whole]);
          return Object.fromEntries(divided);
        },
        ready: pool.ready,
        threads: () => pool.report,
        close: () => pool.close(),
      };
    },
  };
}

/** Why threads cannot share memory here; null where they can. */
function whyNotShared(): string | null {
  if (typeof SharedArrayBuffer === 'undefined') {
    return 'there is no SharedArrayBuffer here: a page must be served with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
  }
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0); // returns at once: what lies there is not 1
    return null;
  } catch {
    return 'this thread may not wait for others: a page must make its backend in a worker';
  }
}
